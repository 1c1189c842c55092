package signalstest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

var (
	items  = signals.New[string]("item")
	rename = signals.NewUpdate[string, int]("rename")
	total  = signals.NewQuery[int]("total")
)

// collect takes items for a day.
func collect(ctx workflow.Context) ([]string, error) {
	var all []string
	ch := items.Channel(ctx, signals.Options{})
	err := errors.Join(
		total.Handle(ctx, func() (int, error) { return len(all), nil }),
		rename.Handle(ctx,
			func(_ workflow.Context, name string) error {
				if name == "" {
					return errors.New("no name")
				}
				return nil
			},
			func(_ workflow.Context, name string) (int, error) {
				all = append(all, "renamed "+name)
				return len(all), nil
			}))
	if err != nil {
		return nil, err
	}
	deadline := signals.NewDeadline(ctx, 24*time.Hour)
	for {
		v, ok, err := ch.ReceiveUntil(ctx, deadline)
		if !ok {
			return all, err
		}
		all = append(all, v)
	}
}

func TestSendAfter(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Hour, items, "a", "b")
	signalstest.SendBatchAfter(t, env, 2*time.Hour, items, "c", "d")
	answer := signalstest.UpdateAfter(env, 3*time.Hour, rename, "1", "x")
	refused := signalstest.UpdateAfter(env, 3*time.Hour, rename, "2", "")
	_, err := answer.Get()
	require.ErrorContains(t, err, "has not answered")
	env.ExecuteWorkflow(collect)

	var got []string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []string{"a", "b", "c", "d", "renamed x"}, got)
	n, err := answer.Get()
	require.NoError(t, err)
	require.Equal(t, 5, n)
	_, err = refused.Get()
	require.ErrorContains(t, err, "no name")

	client := signalstest.NewClient(env)
	n, err = total.Get(t.Context(), client, signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 5, n)
	status, err := items.Status(t.Context(), client, signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 4, status.Received)
	require.ErrorIs(t, items.Send(t.Context(), client, signals.Ref{}, "late"), signals.ReasonNoWorkflow)
}

// What cannot be sent fails the test that sends it.
func TestSendAfterFails(t *testing.T) {
	t.Parallel()
	large := string(make([]byte, 300<<10))
	probe := &recorder{TB: t}
	env := testenv.New()
	signalstest.SendAfter(probe, env, time.Hour, items, large)
	signalstest.SendBatchAfter(probe, env, time.Hour, items, large)
	env.ExecuteWorkflow(collect)
	require.Len(t, probe.errors, 2)
	for _, text := range probe.errors {
		require.Contains(t, text, "the limit is 262144")
	}
}

type recorder struct {
	testing.TB

	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
