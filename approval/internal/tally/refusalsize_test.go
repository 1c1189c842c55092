package tally_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// However many may decide, or reasons there are, the text stays short.
func TestRefusalTextsAreShort(t *testing.T) {
	t.Parallel()
	p := rules(need(1, groups(many("group", 500)...)))
	p.RejectReasons = many("reason", 500)
	gate := play(t, p)
	require.EqualError(t, cast(yesOf("dan"))(gate), "the actor is not among those who may decide now; ask one of them: a member of "+
		"group0, a member of group1, a member of group10, "+
		"a member of group100, a member of group101, a member of group102, a member of group103, a member of group104, a member of group105, "+
		"a member of group106 and others")
	require.EqualError(t, cast(tally.Vote{Actor: in("dan", "group0"), Choice: policy.ChoiceReject})(gate),
		"a rejection needs a reason; send one of them: reason0, reason1, reason2, reason3, reason4, reason5, reason6, reason7, reason8, "+
			"reason9 and others")
}
