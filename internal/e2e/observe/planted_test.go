//go:build observe

package observe_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

const (
	small = 42_00
	large = 4200_00
)

func isTell(ctx context.Context) bool { return activity.GetInfo(ctx).ActivityType.Name == "Tell" }

// submit places an order of one item.
func submit(t *testing.T, api service.Client, id string, cents int64) {
	t.Helper()
	require.NoError(t, api.Submit(t.Context(), orders.Order{ID: id, Cents: cents, Items: 1}))
}

// reaches waits until an order is in a state.
func reaches(t *testing.T, api service.Client, id string, state orders.State) {
	t.Helper()
	require.Eventually(t, func() bool {
		r, err := api.Progress(t.Context(), id)
		return err == nil && r.State == state
	}, soon, tick, "order %s is not %s", id, state)
}

// decide votes on a large order until the gate is there.
func (s *stage) decide(t *testing.T, who, id string, c policy.Choice) (err error) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err = s.As(who).Decide(t.Context(), service.Decision{Order: id, Gate: orders.GateLarge, Choice: c})
		var refused *service.StatusError
		return !errors.As(err, &refused) || refused.Status != http.StatusNotFound
	}, soon, tick)
	return err
}

// goWell plays orders without a fault, or with one that is a part of the business.
func (s *stage) goWell(t *testing.T) {
	t.Helper()
	var all sync.WaitGroup
	for i := range 4 {
		for name, cents := range map[string]int64{"small": small, "large": large, partners.PrefixBusy: small} {
			id := fmt.Sprintf("%s-%d", name, i)
			all.Go(func() {
				submit(t, s.Client, id, cents)
				if cents == large {
					require.NoError(t, s.decide(t, "sam", id, policy.ChoiceApprove))
				}
				reaches(t, s.Client, id, orders.StateCollecting)
				require.NoError(t, s.ReportItem(t.Context(), id, "item"))
				reaches(t, s.Client, id, orders.StateShipped)
			})
		}
	}
	all.Wait()
	_, err := s.Progress(t.Context(), "unknown")
	require.Error(t, err)
}

// run runs an activity of the worker that has trouble, and waits for it.
func (s *stage) run(t *testing.T, name string, argument int, attempts int32) {
	t.Helper()
	s.runOn(t, queue, name, argument, attempts)
}

func (s *stage) runOn(t *testing.T, queue, name string, argument int, attempts int32) {
	t.Helper()
	require.NoError(t, s.start(t, queue, "Run", name, argument, attempts).Get(t.Context(), nil))
}

// start starts a workflow.
func (s *stage) start(t *testing.T, queue, workflow string, arguments ...any) client.WorkflowRun {
	t.Helper()
	r, err := s.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: queue}, workflow, arguments...)
	require.NoError(t, err)
	return r
}

// terminate ends a workflow that cannot end by itself.
func (s *stage) terminate(t *testing.T, r client.WorkflowRun) {
	t.Helper()
	require.NoError(t, s.temporal.TerminateWorkflow(context.WithoutCancel(t.Context()), r.GetID(), "", "the fault was seen"))
}

// holds reports whether the expression of an alert is true now.
func (s *stage) holds(t *testing.T, alert string) bool {
	t.Helper()
	for _, r := range s.rules {
		if r.Alert == alert {
			return len(s.values(t, r.Expr)) > 0
		}
	}
	require.Fail(t, "there is no alert "+alert)
	return false
}

// holding returns the alerts whose expressions are true now.
func (s *stage) holding(t *testing.T) []string {
	t.Helper()
	names := []string{}
	for _, r := range s.rules {
		if s.holds(t, r.Alert) {
			names = append(names, r.Alert)
		}
	}
	return names
}

// until repeats a fault until the expression of its alert is true.
func (s *stage) until(t *testing.T, alert string, fault func()) {
	t.Helper()
	for limit := time.Now().Add(soon); !s.holds(t, alert); {
		require.True(t, time.Now().Before(limit), "%s is not true after %s", alert, soon)
		fault()
		time.Sleep(tick) // Prometheus reads meanwhile
	}
}
