package approval_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	sdktemporal "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// What an account answers.
var (
	Deposit = signals.NewUpdate[Payment, int]("deposit")
	Balance = signals.NewQuery[int]("balance")
)

// Account takes deposits of at most 1,000 until Finish comes.
func Account(ctx workflow.Context) error {
	finish, balance := Finish.Channel(ctx, signals.Options{}), 0
	few := func(_ workflow.Context, p Payment) error {
		if p.Amount > 1000 {
			return errors.New("ask at the counter")
		}
		return nil
	}
	add := func(_ workflow.Context, p Payment) (int, error) {
		balance += p.Amount
		return balance, nil
	}
	if err := Deposit.Handle(ctx, few, add); err != nil {
		return err
	}
	if err := Balance.Handle(ctx, func() (int, error) { return balance, nil }); err != nil {
		return err
	}
	_, err := finish.Receive(ctx)
	return err
}

// A good update is answered, a bad one is refused before it costs history, and
// one that is sent again runs once, also when the worker was killed between.
func TestUpdatesAndQueries(t *testing.T) {
	t.Parallel()
	const id = "account"
	w := e2etest.StartProcess(t, id)
	run := start(t, id, Account)
	deposit := func(updateID string, amount int) (int, error) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		return Deposit.Execute(ctx, temporal, signals.Ref{WorkflowID: id}, updateID, Payment{Amount: amount})
	}
	balance := func() int {
		return answer(t, func(ctx context.Context) (int, error) { return Balance.Get(ctx, temporal, signals.Ref{WorkflowID: id}) })
	}
	got, err := deposit("one", 10)
	require.NoError(t, err)
	require.Equal(t, 10, got)
	require.Equal(t, 10, balance())

	size := length(t, run)
	_, err = deposit("large", 1001)
	require.ErrorContains(t, err, "ask at the counter")
	require.NotEqual(t, signals.ReasonMalformed.Error(), typeOf(err))
	_, err = deposit("nothing", 0)
	require.Equal(t, signals.ReasonMalformed.Error(), typeOf(err), "%v", err)
	for _, b := range garbage {
		var args []any
		if b.input.GetMetadata()[mark] != nil {
			continue // only signals come in batches
		}
		if b.input != nil {
			args = []any{converter.NewRawValue(b.input)}
		}
		if b.value != nil {
			args = []any{nil}
		}
		require.Equal(t, signals.ReasonMalformed.Error(), typeOf(sendUpdate(t, run, Deposit.Name(), args...)), b.what)
	}
	require.Equal(t, size, length(t, run), "a refused update costs no history")

	size = length(t, run)
	for range 2 {
		got, err = deposit("one", 10)
		require.NoError(t, err)
		require.Equal(t, 10, got, "the first answer")
		w.Kill()
		w = e2etest.StartProcess(t, id)
	}
	require.Equal(t, 10, balance())
	require.Equal(t, size, length(t, run))
	got, err = deposit("two", 5)
	require.NoError(t, err)
	require.Equal(t, 15, got)

	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: id}, struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
	require.Equal(t, map[string]int{
		"WorkflowExecutionStarted": 1, "WorkflowExecutionUpdateAccepted": 2, "WorkflowExecutionUpdateCompleted": 2,
		"WorkflowExecutionSignaled": 1, "WorkflowExecutionCompleted": 1,
	}, besidesTasks(t, run), "two for each of the two that were accepted, whatever was refused or asked")
	_, err = deposit("three", 1)
	require.ErrorIs(t, err, signals.ReasonNoWorkflow)
	require.Equal(t, 15, balance(), "a run that is closed still answers")
	_, err = Deposit.Execute(t.Context(), temporal, signals.Ref{WorkflowID: "no-such"}, "", Payment{Amount: 1})
	require.ErrorIs(t, err, signals.ReasonNoWorkflow)
}

// typeOf is the type of an application error.
func typeOf(err error) string {
	var refused *sdktemporal.ApplicationError
	if !errors.As(err, &refused) {
		return ""
	}
	return refused.Type()
}
