package approvalclient_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
)

// What could never decide on a gate is refused when it is made, not at the first
// vote.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	hmac, err := approvalkey.NewHMACKey("k", make([]byte, 32))
	require.NoError(t, err)
	verifying, err := approvalkey.NewVerifyingKey("k2", make([]byte, 32))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		client client.Client
		o      approvalclient.Options
		text   string
	}{
		"no client":               {nil, approvalclient.Options{}, "there is no Temporal client; give New the one of client.Dial"},
		"a nil pointer":           {(*mocks.Client)(nil), approvalclient.Options{}, "there is no Temporal client"},
		"a key without namespace": {&mocks.Client{}, approvalclient.Options{Key: &hmac}, "set Options.Namespace"},
		"a key that cannot sign": {
			&mocks.Client{},
			approvalclient.Options{Key: &verifying, Namespace: "n"},
			`key "k2" of the client does not sign; give one of NewHMACKey`,
		},
		"a key that was not made": {&mocks.Client{}, approvalclient.Options{Key: &approvalkey.Key{}, Namespace: "n"}, "does not sign"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made, err := approvalclient.New(c.client, c.o)
			require.ErrorContains(t, err, c.text)
			require.Nil(t, made)
		})
	}
}

// A client that NewClient has not made, and the set-up of the inbox without one, say
// what is missing.
func TestZeroClientIsRefused(t *testing.T) {
	t.Parallel()
	for _, people := range []*approvalclient.Client{nil, {}} {
		for call, do := range calls {
			require.ErrorContains(t, do(t.Context(), people, ref), "was not made by New", call)
		}
		_, err := people.Inbox(t.Context(), anybody)
		require.ErrorContains(t, err, "was not made by New")
		require.ErrorContains(t, people.DecideMany(t.Context(), targets(1), good)[0].Err, "was not made by New")
	}
	require.ErrorContains(t, approvalclient.CheckInbox(t.Context(), nil, "default"), "there is no Temporal client")
	require.ErrorContains(t, approvalclient.SetUpInbox(t.Context(), nil, "default"), "there is no Temporal client")
}
