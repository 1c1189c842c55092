package intervention_test

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// decide answers a question when it is asked: as the draw says, within what is true. It returns
// false when the workflow has ended.
func (s *shop) decide(workflow, gate, order string, draw int, ended <-chan struct{}) bool {
	ref := approvalclient.Ref{WorkflowID: workflow}
	for {
		select {
		case <-ended:
			return false
		case <-time.After(50 * time.Millisecond):
		}
		ctx, cancel := context.WithTimeout(s.Context(), 10*time.Second)
		g, err := s.people.Gate(ctx, ref, gate)
		if err == nil && g.State == policy.StateOpen {
			v, what := s.vote(g, order, draw)
			if _, err = s.people.Decide(ctx, ref, gate, v); err == nil || errors.Is(err, approval.ReasonClosed) {
				cancel()
				s.count(what)
				return true
			}
			s.Logf("order %s, %s: %v", order, what, err)
		}
		cancel()
	}
}

func (s *shop) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decided[what]++
}

// vote decides on a question. A person looks at the bank's books first.
func (s *shop) vote(g approvalclient.GateStatus, order string, draw int) (v approvalclient.Vote, what string) {
	var q intervention.Question[Order, Receipt]
	require.NoError(s, json.Unmarshal(g.Subject, &q))
	v = approvalclient.Vote{
		ID: "ops/" + g.ID, Actor: policy.Actor{ID: "ops", Auth: "test"}, Choice: policy.ChoiceApprove, Round: g.Round, Digest: g.Digest,
	}
	charges := s.bank.charged(order)
	switch {
	case len(charges) > 0 && (draw == 0 || !s.bank.honorsKeys):
		q.Action, q.Result = intervention.ActionUseResult, &charges[0]
		v.Subject = q
		return v, "a result was used"
	case len(charges) == 0 && draw == 1:
		v.Choice = policy.ChoiceReject
		return v, "given up"
	case len(charges) == 0 && draw == 2:
		q.Action, q.Input.Cents = intervention.ActionRestart, 90
		v.Subject = q
		return v, "tried again with another input"
	}
	return v, "tried again"
}
