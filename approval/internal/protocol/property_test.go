package protocol_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Generators are made for each use, since rapid does not let parallel tests share one.

func someName() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"ann", "bob", "a/b", "é", "<&>", "\"", "\\", "Ann"})
}

func someText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "ok", "a\x00b", "\u2028", "<script>", "{\"v\":1}"}))
}

func someJSON() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		`1`, `"text"`, `{"a":1,"A":2}`, `[null,{"x":[1.50,1e3]}]`, `{"euros":12345678901234567890,"s":"<&>\u2028"}`, `{ "spaced" : [ 1 , 2 ] }`,
		`true`,
	})
}

// What we write we can read: a vote says the same, and proves and counts as the same,
// when it has travelled.
func TestVotesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	at := protocol.Place{Namespace: "n", WorkflowID: "w", FirstRunID: "r"}
	rapid.Check(t, func(t *rapid.T) {
		v := protocol.VoteForm{
			ID: someName().Draw(t, "id"), Actor: policy.Actor{ID: someName().Draw(t, "actor"), Auth: "test", Groups: rapid.SliceOfN(someName(), 0,
				3).Draw(t, "groups")},
			Choice:  rapid.SampledFrom([]policy.Choice{policy.ChoiceApprove, policy.ChoiceReject, policy.ChoiceRequestChanges}).Draw(t, "choice"),
			Comment: someText().Draw(t, "comment"),
			Round:   rapid.IntRange(0, 9).Draw(t, "round"),
		}
		if v.Choice == policy.ChoiceApprove && rapid.Bool().Draw(t, "edits") {
			v.Subject = wire.RawJSON(someJSON().Draw(t, "subject"))
		}
		m, err := v.Vote("gate")
		if err != nil {
			requireRefusal(t, err)
			return
		}
		sent, err := m.Encode("")
		require.NoError(t, err)
		read, err := protocol.ReadVote(sent)
		require.NoError(t, err)
		require.Equal(t, m.Statement(at), read.Statement(at))
		require.Equal(t, m.Content(), read.Content())
		require.Equal(t, m.Comment, read.Comment)
	})
}

func TestChangesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	at := protocol.Place{Namespace: "n", WorkflowID: "w", FirstRunID: "r"}
	rapid.Check(t, func(t *rapid.T) {
		c := protocol.ChangeForm{
			ID: someName().Draw(t, "id"), Actor: policy.Actor{ID: someName().Draw(t, "actor"), Auth: "test"}, Comment: someText().Draw(t, "comment"),
			Kind: rapid.SampledFrom([]string{"extend", "shorten", "withdraw", "resubmit", "delegate", "reassign", "revoke"}).Draw(t, "kind"),
			By:   time.Duration(rapid.Int64Range(1, 1<<60).Draw(t, "by")), To: someName().Draw(t, "to"),
			Reassignment: policy.Escalation{
				Rule: someName().Draw(t, "rule"), Replace: rapid.Bool().Draw(t, "replace"),
				To: policy.Selector{Users: []string{someName().Draw(t, "user")}},
			},
		}
		if rapid.Bool().Draw(t, "edits") {
			c.Subject = wire.RawJSON(someJSON().Draw(t, "subject"))
		}
		m, err := c.Change("gate")
		if err != nil {
			requireRefusal(t, err)
			return
		}
		sent, err := m.Encode("")
		require.NoError(t, err)
		read, err := protocol.ReadChange(sent)
		require.NoError(t, err)
		require.Equal(t, m.Statement(at), read.Statement(at))
		require.Equal(t, m.Content(), read.Content())
	})
}
