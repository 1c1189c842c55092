package approval_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A ballot is a vote of the batch.
type ballot struct {
	wire wire
	vote tally.Vote
}

// ballotOf is a vote by the name that people have in the model.
func ballotOf(id string, who byte, round int) ballot {
	groups := map[byte]string{'a': "finance", 'b': "finance", 'n': "finance", 'c': "finance", 'e': "finance", 'p': "board"}
	choice := map[byte]policy.Choice{'n': policy.ChoiceReject, 'c': policy.ChoiceRequestChanges}[who]
	if choice == "" {
		choice = policy.ChoiceApprove
	}
	group := cmp.Or(groups[who], "none")
	w := by(id, string(who), group, choice).with("round", round)
	v := tally.Vote{Actor: policy.Actor{ID: string(who), Groups: []string{group}, Auth: "test"}, Choice: choice, Round: round}
	return ballot{w, v}
}

// editing is the vote with another subject.
func (b ballot) editing(subject string) ballot {
	b.wire = b.wire.with("subject", json.RawMessage(subject))
	b.vote.Edited = digestOfJSON(subject)
	return b
}

// digestOfJSON names a subject that is JSON.
func digestOfJSON(subject string) string {
	sum := sha256.Sum256([]byte(subject))
	return hex.EncodeToString(sum[:16])
}
