package approval

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// What does not fit is left out step by step: comments are cut, then groups and
// comments go, then votes.
func TestBounded(t *testing.T) {
	t.Parallel()
	outcome := func(votes, comment, groups, person int) Outcome[int] {
		var out Outcome[int]
		for i := range votes {
			c := policy.CountedVote{Person: fmt.Sprint(i, strings.Repeat("p", person))}
			c.Comment, c.Actor.Groups = strings.Repeat("c", comment), []string{strings.Repeat("g", groups)}
			out.Votes = append(out.Votes, c)
		}
		return out
	}
	small := outcome(10, 100, 10, 10)
	require.Equal(t, small, bounded(outcome(10, 100, 10, 10)))

	cutOff := bounded(outcome(500, 4<<10, 10, 10))
	require.Len(t, cutOff.Votes, 500)
	require.Len(t, cutOff.Votes[0].Comment, maxStatusComment+len("…"))
	require.NotEmpty(t, cutOff.Votes[0].Actor.Groups)

	bare := bounded(outcome(500, 4<<10, 4<<10, 10))
	require.Len(t, bare.Votes, 500)
	require.Empty(t, bare.Votes[0].Comment)
	require.Empty(t, bare.Votes[0].Actor.Groups)

	fewer := bounded(outcome(500, 10, 10, 8<<10))
	require.NotEmpty(t, fewer.Votes)
	require.Less(t, len(fewer.Votes), 500)
	require.True(t, fitting(fewer))
}
