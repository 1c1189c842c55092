package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// What was never opened is an error that says what to do, and never a panic, which
// would fail the workflow task again and again.
func TestMisuseIsAnInvalidRequest(t *testing.T) {
	t.Parallel()
	var none workflow.Context
	tests := map[string]struct {
		misuse func(ctx workflow.Context, gates *approval.Gates) error
		advice string
	}{
		"NewGates without a context": {
			misuse: func(workflow.Context, *approval.Gates) error {
				_, err := approval.NewGates(none, approval.Options{})
				return err
			},
			advice: "pass the context of the workflow",
		},
		"NewGates with an empty key": {
			misuse: func(ctx workflow.Context, _ *approval.Gates) error {
				_, err := approval.NewGates(ctx, approval.Options{Keys: []approvalkey.Key{{}}})
				return err
			},
			advice: "one of Options.Keys is empty",
		},
		"Open without a context": {
			misuse: func(_ workflow.Context, g *approval.Gates) error {
				_, err := approval.Open(none, g, request())
				return err
			},
			advice: "pass the context of the workflow",
		},
		"Open with nil Gates": {
			misuse: func(ctx workflow.Context, _ *approval.Gates) error {
				_, err := approval.Open(ctx, nil, request())
				return err
			},
			advice: "use what NewGates returns",
		},
		"Open with empty Gates": {
			misuse: func(ctx workflow.Context, _ *approval.Gates) error {
				_, err := approval.Open(ctx, &approval.Gates{}, request())
				return err
			},
			advice: "use what NewGates returns",
		},
		"Open with an empty request": {
			misuse: func(ctx workflow.Context, g *approval.Gates) error {
				_, err := approval.Open(ctx, g, approval.Request[string]{})
				return err
			},
			advice: "set Request.ID",
		},
		"AwaitChild without a context": {
			misuse: func(workflow.Context, *approval.Gates) error {
				_, err := approval.AwaitChild(none, "child", request())
				return err
			},
			advice: "pass the context of the workflow",
		},
		"Get of an empty Gate": {
			misuse: func(ctx workflow.Context, _ *approval.Gates) error {
				_, err := (&approval.Gate[string]{}).Get(ctx)
				return err
			},
			advice: "use what Open returns",
		},
		"Get without a context": {
			misuse: func(ctx workflow.Context, g *approval.Gates) error {
				opened, err := approval.Open(ctx, g, request())
				require.NoError(t, err)
				_, err = opened.Get(none)
				return err
			},
			advice: "pass the context of the workflow",
		},
		"Future of a nil Gate": {
			misuse: func(ctx workflow.Context, _ *approval.Gates) error {
				var none *approval.Gate[string]
				none.Cancel(ctx)
				return none.Future(ctx).Get(ctx, nil)
			},
			advice: "use what Open returns",
		},
		"AwaitAll with an empty Gate": {
			misuse: func(ctx workflow.Context, _ *approval.Gates) error {
				_, err := approval.AwaitAll(ctx, &approval.Gate[string]{}, nil)
				return err
			},
			advice: "use what Open returns",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			var err error
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				gates, newErr := approval.NewGates(ctx, approval.Options{})
				require.NoError(t, newErr)
				err = tt.misuse(ctx, gates)
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, approval.ReasonInvalidRequest, reasonOf(err), "%v", err)
			require.ErrorContains(t, err, tt.advice)
		})
	}
}
