package timeouts_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// A foreigner writes a header of our name into all that its client and its
// workers start, and reads none.
type foreigner struct{ payload *commonpb.Payload }

const headerName = "temporal-patterns.budget"

func (f foreigner) Inject(_ context.Context, w workflow.HeaderWriter) error {
	w.Set(headerName, f.payload)
	return nil
}

func (f foreigner) InjectFromWorkflow(_ workflow.Context, w workflow.HeaderWriter) error {
	w.Set(headerName, f.payload)
	return nil
}

func (foreigner) Extract(ctx context.Context, _ workflow.HeaderReader) (context.Context, error) {
	return ctx, nil
}

func (foreigner) ExtractToWorkflow(ctx workflow.Context, _ workflow.HeaderReader) (workflow.Context, error) {
	return ctx, nil
}

// newForeigner is a client with one.
func newForeigner(t *testing.T, payload *commonpb.Payload) client.Client {
	t.Helper()
	c, err := client.NewClientFromExistingWithContext(t.Context(), server, client.Options{
		Logger: e2etest.Quiet(), ContextPropagators: []workflow.ContextPropagator{foreigner{payload}},
	})
	require.NoError(t, err)
	return c
}

func payload(encoding, data string) *commonpb.Payload {
	return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: []byte(data)}
}

// Received is what a run, its child and their activities make of the header.
type Received struct {
	Budget, Child timeouts.Budget
	Regular       Left
	Local         Left
}

func receive(ctx workflow.Context, leg string) (r Received, err error) {
	r.Budget = timeouts.BudgetOf(ctx)
	if leg == "child" {
		return r, nil
	}
	ctx, err = r.Budget.Activity(ctx, workflow.ActivityOptions{ScheduleToCloseTimeout: whole})
	if err != nil {
		return r, err
	}
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{ScheduleToCloseTimeout: whole})
	if err := workflow.ExecuteActivity(ctx, "Look").Get(ctx, &r.Regular); err != nil {
		return r, err
	}
	if err := workflow.ExecuteLocalActivity(ctx, look).Get(ctx, &r.Local); err != nil {
		return r, err
	}
	var child Received
	if err := workflow.ExecuteChildWorkflow(ctx, "Workflow", "child").Get(ctx, &child); err != nil {
		return r, err
	}
	r.Child = child.Budget
	if leg == "first" {
		return r, workflow.NewContinueAsNewError(ctx, "Workflow", "next")
	}
	return r, nil
}

// Anyone can send a header of that name. What cannot be read is as none at all:
// for the run, its next run, its child, and their activities.
func TestForeignHeader(t *testing.T) {
	t.Parallel()
	const json = converter.MetadataEncodingJSON
	for name, p := range map[string]*commonpb.Payload{
		"garbage":                payload("binary/foo", "\xff{"),
		"garbage that says JSON": payload(json, "\xff{"),
		"no metadata":            {Data: []byte(`{"v":1,"deadline":"2030-01-01T00:00:00Z"}`)},
		"nothing at all":         {},
		"nil":                    payload(converter.MetadataEncodingNil, ""),
		"null":                   payload(json, "null"),
		"a list":                 payload(json, "[]"),
		"a text":                 payload(json, `"2030-01-01T00:00:00Z"`),
		"a version alone":        payload(json, `{"v":1}`),
		"no version":             payload(json, `{"deadline":"2030-01-01T00:00:00Z"}`),
		"a version below":        payload(json, `{"v":-1,"deadline":"2030-01-01T00:00:00Z"}`),
		"no time":                payload(json, `{"v":1,"deadline":"tomorrow"}`),
		"the zero time":          payload(json, `{"v":1,"deadline":"0001-01-01T00:00:00Z","reserved":1}`),
		"a reserve of text":      payload(json, `{"v":1,"deadline":"2030-01-01T00:00:00Z","reserved":"5m"}`),
		"encrypted":              payload("binary/encrypted", "0123456789abcdef"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newForeigner(t, p)
			startWorker(t, c, e2etest.ID(t), traveling(lint.InterceptorOptions{}), functions{"Workflow": receive, "Look": look})
			run := start(t, c, e2etest.ID(t), "first")
			first := run.GetRunID()
			var r Received
			require.NoError(t, result(t, run, &r))
			require.Zero(t, r.Budget)
			require.Zero(t, r.Child)
			require.Greater(t, min(r.Regular.Left, r.Local.Left), whole-lingered, "the budget is theirs alone")
			events := e2etest.History(t, server, run.GetID(), first)
			require.Zero(t, e2etest.CountEvents(append(events, e2etest.History(t, server, run.GetID(), "")...), taskFailed))
			sent := events[0].GetWorkflowExecutionStartedEventAttributes().GetHeader().GetFields()
			require.Contains(t, sent, headerName)
		})
	}
}

// A client may set the header itself, and a later version may say more.
func TestHeaderOfLaterVersion(t *testing.T) {
	t.Parallel()
	at := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ text, reserve string }{
		"of this version":              {`{"v":1,"deadline":"` + at.Format(time.RFC3339Nano) + `","reserved":7}`, "7ns"},
		"of a later version":           {`{"v":2,"deadline":"` + at.Format(time.RFC3339Nano) + `","calendar":{"of":"Berlin"}}`, "0s"},
		"with a reserve below nothing": {`{"v":1,"deadline":"` + at.Format(time.RFC3339Nano) + `","reserved":-7}`, "-7ns"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			by := newForeigner(t, payload(converter.MetadataEncodingJSON, c.text))
			startWorker(t, by, e2etest.ID(t), traveling(lint.InterceptorOptions{}), functions{"Workflow": receive, "Look": look})
			var r Received
			require.NoError(t, result(t, start(t, by, e2etest.ID(t), "first"), &r))
			require.True(t, at.Equal(r.Budget.Deadline), "%v, not %v", r.Budget.Deadline, at)
			require.True(t, at.Equal(r.Child.Deadline))
			require.Equal(t, c.reserve, r.Budget.Reserved.String())
			require.Less(t, max(r.Regular.Left, r.Local.Left), whole+lingered)
		})
	}
}
