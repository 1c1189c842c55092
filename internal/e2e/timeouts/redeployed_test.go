package timeouts_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

var extend = signals.New[int]("extend")

// brief is a local activity that takes time.
func brief(context.Context) error {
	time.Sleep(50 * time.Millisecond)
	return nil
}

// extended extends its deadline by a message, after a look somewhere.
func extended(ctx workflow.Context) (string, error) {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 5 * time.Second})
	deadline := signals.NewDeadline(ctx, 3*time.Second)
	if _, ok, err := extend.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, deadline); !ok || err != nil {
		return "expired", err
	}
	before := workflow.Now(ctx)
	if err := workflow.ExecuteLocalActivity(ctx, brief).Get(ctx, nil); err != nil {
		return "", err
	}
	return fmt.Sprint("the time has moved ", workflow.Now(ctx).After(before), ", the deadline ", deadline.Extend(ctx, time.Hour) == nil), nil
}

// The worker was down when the message came, and when the timer fired. A local
// activity moves the workflow's time, but does not end the workflow task.
func TestExtensionAfterALocalActivity(t *testing.T) {
	t.Parallel()
	stop := startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": extended})
	run := start(t, server, e2etest.ID(t))
	e2etest.WaitForEvents(t, server, run, enumspb.EVENT_TYPE_TIMER_STARTED, 1)
	stop()
	require.NoError(t, extend.Send(t.Context(), server, signals.Ref{WorkflowID: run.GetID()}, 1))
	e2etest.WaitForEvents(t, server, run, enumspb.EVENT_TYPE_TIMER_FIRED, 1)
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": extended})
	var got string
	require.NoError(t, result(t, run, &got))
	require.Equal(t, "the time has moved true, the deadline true", got)
}

// expired is what the rule of a visa says by now.
var expired atomic.Bool //nolint:gochecknoglobals // a rule that changes between two deployments

// A Visa checks itself by a rule that changes.
type Visa struct {
	Number string `json:"number"`
}

// Validate refuses all once the rule has changed.
func (Visa) Validate() error {
	if expired.Load() {
		return errors.New("the visa has expired")
	}
	return nil
}

var (
	visas = signals.New[Visa]("visa")
	enter = signals.NewUpdate[Visa, string]("enter")
)

// border takes one visa by signal and one by update, and waits between.
func border(ctx workflow.Context) (string, error) {
	entered := ""
	err := enter.Handle(ctx, nil, func(ctx workflow.Context, v Visa) (string, error) {
		err := workflow.Sleep(ctx, time.Second)
		entered = v.Number
		return v.Number, err
	})
	if err != nil {
		return "", err
	}
	v, err := visas.Channel(ctx, signals.Options{}).Receive(ctx)
	if err != nil {
		return "", err
	}
	err = workflow.Await(ctx, func() bool { return entered != "" })
	return v.Number + " " + entered, errors.Join(err, workflow.Sleep(ctx, time.Second))
}

// What was accepted stays accepted when the rule changes and a new worker replays.
func TestAcceptedMessagesStayAccepted(t *testing.T) {
	t.Parallel()
	stop := startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": border})
	run := start(t, server, e2etest.ID(t))
	require.NoError(t, visas.Send(t.Context(), server, signals.Ref{WorkflowID: run.GetID()}, Visa{"1"}))
	e2etest.WaitForEvents(t, server, run, enumspb.EVENT_TYPE_MARKER_RECORDED, 1)
	answered := make(chan error, 1)
	go func() {
		_, err := enter.Execute(t.Context(), server, signals.Ref{WorkflowID: run.GetID()}, "", Visa{"2"})
		answered <- err
	}()
	e2etest.WaitForEvents(t, server, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED, 1)
	stop()
	expired.Store(true)
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": border})
	var got string
	require.NoError(t, result(t, run, &got))
	require.Equal(t, "1 2", got)
	require.NoError(t, <-answered)
	require.Zero(t, e2etest.CountEvents(e2etest.History(t, server, run.GetID(), ""), enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED))
}

// What an activity has recorded by itself, and all of it, is there for the attempt
// after the next.
func TestHeartbeatKeepsWhatTheActivityRecorded(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	crawl := func(ctx context.Context) (string, error) {
		stop := heartbeat.Start(ctx, heartbeat.Options{})
		defer stop()
		switch calls.Add(1) {
		case 1:
			activity.RecordHeartbeat(ctx, "page", 7)
			time.Sleep(9 * time.Second) // several heartbeats
			return "", errors.New("a passing failure")
		case 2:
			time.Sleep(9 * time.Second) // several heartbeats
			return "", errors.New("a passing failure, before it has read anything")
		}
		var what string
		var page int
		err := activity.GetHeartbeatDetails(ctx, &what, &page)
		return fmt.Sprint(what, " ", page), err
	}
	o := workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, HeartbeatTimeout: 9 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second},
	}
	plugged := traveling(lint.InterceptorOptions{})
	startWorker(t, server, e2etest.ID(t), plugged, functions{"Crawl": crawl, "Workflow": func(ctx workflow.Context) (s string, err error) {
		return s, workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Crawl").Get(ctx, &s)
	}})
	var got string
	require.NoError(t, result(t, start(t, server, e2etest.ID(t)), &got))
	require.Equal(t, "page 7", got)
}
