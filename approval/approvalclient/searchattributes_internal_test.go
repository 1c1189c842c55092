package approvalclient

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

func TestMissingSearchAttributes(t *testing.T) {
	t.Parallel()
	type attributes = map[string]enumspb.IndexedValueType
	const (
		list = enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST
		date = enumspb.INDEXED_VALUE_TYPE_DATETIME
		text = enumspb.INDEXED_VALUE_TYPE_TEXT
	)
	for name, c := range map[string]struct {
		have attributes
		want string // the error; empty when all is there
	}{
		"nothing": {
			attributes{"Other": text}, `approvalclient: namespace "sales" lacks search attributes of the inbox; call SetUpInbox, or run: ` +
				`temporal operator search-attribute create --namespace sales --name ApprovalDue --type Datetime --name ApprovalPending ` +
				`--type KeywordList`,
		},
		"one":  {attributes{protocol.AttributePending: list}, "create --namespace sales --name ApprovalDue --type Datetime"},
		"both": {attributes{protocol.AttributePending: list, protocol.AttributeDue: date}, ""},
		"one of other type": {
			attributes{protocol.AttributeDue: text},
			`search attribute ApprovalDue of namespace "sales" is a Text, and the inbox needs a Datetime`,
		},
		"one keyword": {
			attributes{protocol.AttributePending: enumspb.INDEXED_VALUE_TYPE_KEYWORD},
			"is a Keyword, and the inbox needs a KeywordList",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			missing, err := missingFrom(c.have, map[string]string{"KeywordList01": protocol.AttributePending, "Datetime02": protocol.AttributeDue},
				"sales")
			if err == nil {
				err = missingError(missing, "sales")
			}
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

// Programs that set up at once can make a server register a name twice.
func TestSearchAttributeRegisteredTwice(t *testing.T) {
	t.Parallel()
	_, err := missingFrom(map[string]enumspb.IndexedValueType{
		protocol.AttributePending: enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST, protocol.AttributeDue: enumspb.INDEXED_VALUE_TYPE_DATETIME,
	}, map[string]string{
		"KeywordList02": protocol.AttributePending, "KeywordList01": protocol.AttributePending, "Datetime01": protocol.AttributeDue,
	}, "sales")
	require.EqualError(
		t,
		err,
		`approvalclient: search attribute ApprovalPending of namespace "sales" is registered more than once, as KeywordList01 and `+
			`KeywordList02; `+
			"run temporal operator search-attribute remove until it is gone, and SetUpInbox once",
	)
}

// A server that does not answer is an error, not a namespace that is in order.
func TestSearchAttributesWithoutServer(t *testing.T) {
	t.Parallel()
	c, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1"})
	require.NoError(t, err)
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, CheckInbox(ctx, c, "sales"), `of namespace "sales" cannot be listed; check its name and the rights of the client`)
	require.ErrorContains(t, SetUpInbox(ctx, c, "sales"), "cannot be listed")
}
