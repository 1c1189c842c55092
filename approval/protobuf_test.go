package approval_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func execution(id string) *commonpb.WorkflowExecution {
	return &commonpb.WorkflowExecution{WorkflowId: id, RunId: "r"}
}

// A message of protobuf comes back from a child, as it was or as people have changed
// it.
func TestASubjectOfProtobufInAChild(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy policy.Policy
		want   string
	}{
		"as it was": {policy.Policy{AutoApprove: "small"}, "w1"},
		"edited":    {oneOf("").Policy, "w2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
			r.RegisterDelayedCallback(func() {
				arg, err := encodeVote(approvalclient.Vote{
					ID: "1", Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "t"}, Choice: policy.ChoiceApprove,
					Subject: execution("w2"),
				})
				require.NoError(t, err)
				_ = r.SignalWorkflowByID("gate-7", protocol.SignalVote, arg)
			}, time.Minute)
			r.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
				q := oneOf(execution("w1"))
				q.Policy = c.policy
				out, err := approval.AwaitChild(ctx, "gate-7", q)
				return string(out.State) + " " + out.Subject.GetWorkflowId(), err
			})
			var got string
			require.NoError(t, r.GetWorkflowResult(&got))
			require.Equal(t, "approved "+c.want, got)
		})
	}
}

// A subject of protobuf is carried in its encoding: the next run reads it, and takes
// edits of it.
func TestASubjectOfProtobufIsCarried(t *testing.T) {
	t.Parallel()
	for _, edited := range []bool{false, true} {
		relay(t, approval.Options{}, func(r *run, number int) {
			if number == 1 {
				v := vote("1", "ann", policy.ChoiceApprove)
				if edited {
					v = v.with("subject", rawJSON(`{"workflowId":"w2","runId":"r"}`))
				}
				r.update(time.Minute, v)
			}
		}, func(ctx workflow.Context, gates *approval.Gates) error {
			q := oneOf(execution("w1"))
			q.Policy = q.Policy.Within(5 * time.Hour)
			_, err := approval.Open(ctx, gates, q)
			return errors.Join(err, sleep(ctx))
		}, func(ctx workflow.Context, gates *approval.Gates) error {
			out, err := approval.Await(ctx, gates, oneOf(execution("another")))
			require.NoError(t, err)
			require.Equal(t, map[bool]string{false: "w1", true: "w2"}[edited], out.Subject.GetWorkflowId())
			return nil
		})
	}
}

// Bytes cannot be sent as an edit.
func TestAnEditOfBytesIsNotSent(t *testing.T) {
	t.Parallel()
	_, err := encodeVote(approvalclient.Vote{
		ID: "1", Actor: policy.Actor{ID: "ann", Auth: "t"}, Choice: policy.ChoiceApprove,
		Subject: []byte("x"),
	})
	require.Equal(t, approval.ReasonMalformed, reasonOf(err))
	require.ErrorContains(t, err, `encoded as "binary/plain"`)
}
