package idempotency

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// headerName names the header that carries the first run of a chain.
const headerName = "temporal-patterns.first-run"

// Interceptor returns a worker interceptor that guards activities by the names of their
// types, for code that cannot be changed; it leaves all other activities alone. It cannot
// know which activities a worker has: prefer [Register], and in activities [DownstreamKey],
// which fails without a guard. When an activity runs unguarded whose name is almost one in
// guarded, the log warns once.
//
// For workflows, the interceptor sends the first run of the chain to activities, as
// [ActivityOptions].ChainStep requires; guarded may be nil for that. It creates no command.
// Options.Idempotency of patterns.NewPlugin takes the interceptor.
func (g *Guard) Interceptor(guarded map[string]ActivityOptions) interceptor.WorkerInterceptor {
	must(g != nil, "the interceptor needs a guard")
	own := make(map[string]*guardedWork, len(guarded))
	for name, o := range guarded {
		o.mustMakeSense(fmt.Sprintf("the interceptor, for activity %q,", name))
		own[name] = &guardedWork{guard: g, store: g.store, options: &o}
	}
	return &workerInterceptor{guard: g, activities: own}
}

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase

	guard      *Guard
	activities map[string]*guardedWork
	seen       sync.Map // names in activities that have run
}

func (w *workerInterceptor) InterceptActivity(_ context.Context,
	next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &activityInbound{worker: w}
	in.Next = next
	return in
}

func (w *workerInterceptor) InterceptWorkflow(_ workflow.Context,
	next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	in := &workflowInbound{}
	in.Next = next
	return in
}

type activityInbound struct {
	interceptor.ActivityInboundInterceptorBase

	worker *workerInterceptor
}

type firstRunKey struct{}

// firstRunOf returns the first run of the workflow that has scheduled the activity.
func firstRunOf(ctx context.Context) string {
	run, _ := ctx.Value(firstRunKey{}).(string)
	return run
}

func (i *activityInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if payload, ok := interceptor.Header(ctx)[headerName]; ok {
		if run, err := wire.ReadPayload[string](payload); err == nil { // a malformed header is ignored
			ctx = context.WithValue(ctx, firstRunKey{}, run)
		}
	}
	name := activity.GetInfo(ctx).ActivityType.Name
	w, ok := i.worker.activities[name]
	if !ok {
		if almost := i.worker.similar(name); almost != "" {
			i.worker.guard.warner.warn(ctx, "name", fmt.Sprintf("This activity is not guarded, and the interceptor was given %q; "+
				"correct the name if it means this one", almost))
		}
		return i.Next.ExecuteActivity(ctx, in)
	}
	i.worker.seen.Store(name, true)
	x, err := w.activity(ctx, in.Args)
	if err != nil {
		return nil, err
	}
	a, err := x.run(ctx, func(ctx context.Context) (any, error) {
		result, err := i.Next.ExecuteActivity(ctx, in)
		if _, encoded := result.(*commonpb.Payloads); err == nil && !encoded {
			w.guard.types.add(name, reflect.TypeOf(result))
		}
		return result, err
	})
	return w.guard.results.untyped(ctx, a, err)
}

// similar returns the first of the names in activities, of those that no activity has had so
// far, that was probably meant to be name: it differs in case, in its prefix, or in one or
// two letters.
func (w *workerInterceptor) similar(name string) string {
	for _, c := range slices.Sorted(maps.Keys(w.activities)) {
		if _, there := w.seen.Load(c); there {
			continue
		}
		short, long := strings.ToLower(c), strings.ToLower(name)
		if len(short) > len(long) {
			short, long = long, short
		}
		if strings.HasSuffix(long, short) || distance(short, long) <= min(len(short)/3, 2) {
			return c
		}
	}
	return ""
}

// distance returns the number of letters to insert, delete or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := corner
			if a[i] != b[j] {
				changed++
			}
			corner = row[j+1]
			row[j+1] = min(changed, corner+1, row[j]+1)
		}
	}
	return row[len(b)]
}

type workflowInbound struct {
	interceptor.WorkflowInboundInterceptorBase
}

func (i *workflowInbound) Init(next interceptor.WorkflowOutboundInterceptor) error {
	out := &workflowOutbound{}
	out.Next = next
	return i.Next.Init(out)
}

type workflowOutbound struct {
	interceptor.WorkflowOutboundInterceptorBase
}

func (o *workflowOutbound) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteActivity(ctx, name, args...)
}

func (o *workflowOutbound) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteLocalActivity(ctx, name, args...)
}

func send(ctx workflow.Context, header map[string]*commonpb.Payload) {
	if header == nil {
		return
	}
	info := workflow.GetInfo(ctx)
	first := cmp.Or(info.FirstRunID, info.WorkflowExecution.RunID) // the SDK's test environment has no first one
	if payload, err := wire.Payload(first); err == nil {           // a text can be encoded
		header[headerName] = payload
	}
}
