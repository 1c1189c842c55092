package approvalclient

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// maxToken bounds the bytes of a token.
const maxToken = 8 << 10

// A cursor is the place where the next page begins: behind that gate of that run, or, with
// no gate, behind the run, on the visibility page of List.
type cursor struct {
	List []byte `json:"list,omitempty"`
	Run  string `json:"run,omitempty"`
	Gate string `json:"gate,omitempty"`
}

func (c cursor) token() (string, error) {
	raw, err := wire.Encode(c)
	return base64.RawURLEncoding.EncodeToString(raw.Payload().GetData()), err
}

func readToken(token string) (at cursor, err error) {
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil && len(token) <= maxToken {
		at, err = wire.Decode[cursor](wire.FromJSON(data))
	}
	if err != nil || at.Run == "" && len(at.List) == 0 {
		return at, refusal(
			approval.ReasonMalformed,
			"",
			fmt.Sprintf("the token, of %d bytes, is not one of an inbox; use Page.Next as it is, or none", len(token)),
		)
	}
	return at, nil
}

// query returns the visibility query. It has no text of the caller's: names are hashed. A
// run without a close time is open, also one that an operator has paused. An actor with
// more groups than a vote may have is looked for in all runs.
func (f Filter) query() string {
	conditions := []string{"CloseTime IS NULL", protocol.AttributePending + " IS NOT NULL"}
	if !f.All && len(f.Actor.Groups) <= policy.MaxGroups {
		tags := []string{protocol.ManyTags, protocol.UserTag(f.Actor.ID)}
		for _, name := range f.Actor.Groups {
			tags = append(tags, protocol.GroupTag(name))
		}
		conditions[1] = fmt.Sprintf(`%s IN ("%s")`, protocol.AttributePending, strings.Join(tags, `", "`))
	}
	if !f.DueBefore.IsZero() {
		conditions = append(conditions, fmt.Sprintf(`%s < "%s"`, protocol.AttributeDue, f.DueBefore.UTC().Format(time.RFC3339Nano)))
	}
	return strings.Join(conditions, " AND ")
}

func (f Filter) check() error {
	if err := f.checkActor(); err != nil && !f.All {
		return protocol.RefusalOf("", err)
	}
	if f.PageSize < 0 || f.PageSize > MaxPageSize {
		return refusal(
			approval.ReasonMalformed,
			"",
			fmt.Sprintf("the page size is %d; set PageSize to 1 to %d, or 0 for %d", f.PageSize, MaxPageSize, DefaultPageSize),
		)
	}
	return nil
}

// checkActor refuses an actor who could not decide anywhere. The number of groups does not
// matter: each run looks at those that its gates name.
func (f Filter) checkActor() error {
	a := policy.Actor{ID: f.Actor.ID, Auth: "inbox"} // which only a decision needs
	if err := a.Validate(); err != nil {
		return err
	}
	for some := range slices.Chunk(f.Actor.Groups, policy.MaxGroups) {
		a.Groups = some
		if err := a.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// An answer holds the answer of a run.
type answer struct {
	protocol.InboxAnswer
	err error
}

// ask asks the workflow, whichever run of it is open now, for the gates behind the cursor.
func (l *listing) ask(ctx context.Context, run listedRun, limit int) (a answer) {
	ctx, cancel := context.WithTimeout(ctx, l.client.options.UpdateTimeout)
	defer cancel()
	q, of := l.asks, address{Ref: Ref{WorkflowID: run.workflowID}}
	q.Limit = limit
	if run.runID == l.at.Run {
		q.After = l.at.Gate
	}
	got, err := l.client.temporal.QueryWorkflowWithOptions(ctx, &client.QueryWorkflowWithOptionsRequest{
		WorkflowID: run.workflowID, QueryType: protocol.QueryInbox, Args: []any{q},
		QueryRejectCondition: enumspb.QUERY_REJECT_CONDITION_NOT_OPEN,
	})
	switch {
	case err == nil && got.QueryRejected.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED:
		err = pausedWorkflow(of, nil)
	case isNotFound(err), err == nil && got.QueryRejected != nil:
		return answer{} // it has ended, which visibility does not know yet
	case err == nil:
		err = got.QueryResult.Get(&a.InboxAnswer)
	}
	if err == nil {
		return a
	}
	if a.err = restore(refusedBy(of, err)); a.err == nil {
		a.err = fmt.Errorf("approvalclient: workflow %q does not tell which gates wait; check that a worker runs: %w", run.workflowID, err)
	}
	return a
}
