package tally_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A snapshot has room in the next run, whatever characters people write: twelve
// change their minds until the audit is full.
func TestCommentsOfAnyCharactersAreBounded(t *testing.T) {
	t.Parallel()
	for _, character := range []string{"x", "é", "<", "\"", "\n", "\x01", "\u2028"} {
		t.Run(fmt.Sprintf("%q", character), func(t *testing.T) {
			t.Parallel()
			p := policy.Quorum(50, "finance")
			p.Stages[0].RejectThreshold = 50
			gate, err := tally.New(p, tally.Options{Requester: "eve"})
			require.NoError(t, err)
			comment := strings.Repeat(character, policy.MaxCommentBytes/len(character))
			for i := range 45 {
				for who := range 12 {
					_, err := gate.Apply(tally.Vote{
						Actor:  policy.Actor{ID: fmt.Sprint("user-", who), Groups: []string{"finance"}, Auth: "test"},
						Choice: []policy.Choice{policy.ChoiceApprove, policy.ChoiceReject}[i%2], Comment: comment,
					}, time.Unix(int64(i), 0).UTC())
					require.NoError(t, err)
				}
			}
			data, err := json.Marshal(gate.Snapshot())
			require.NoError(t, err)
			require.Less(t, len(data), 450<<10)
		})
	}
}
