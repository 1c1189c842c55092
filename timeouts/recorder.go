package timeouts

import (
	"context"
	"sync"

	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

func (w *workerInterceptor) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &activityInbound{}
	in.Next = next
	return in
}

type activityInbound struct {
	interceptor.ActivityInboundInterceptorBase

	recorder recorder
}

func (i *activityInbound) Init(next interceptor.ActivityOutboundInterceptor) error {
	i.recorder.Next = next
	return i.Next.Init(&i.recorder)
}

func (i *activityInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if b, ok := received(interceptor.Header(ctx)); ok {
		ctx = context.WithValue(ctx, budgetKey{}, b)
	}
	i.recorder.own = ctx
	return i.Next.ExecuteActivity(context.WithValue(ctx, recorderKey{}, &i.recorder), in)
}

type (
	recorderKey struct{}
	repeatKey   struct{}
)

// A recorder remembers the details that an attempt recorded last, so that
// [Heartbeat] can send them again.
type recorder struct {
	interceptor.ActivityOutboundInterceptorBase

	own context.Context //nolint:containedctx // compared with contexts that were made from it, see CauseOf

	mu       sync.Mutex
	recorded bool
	last     []any
	unknown  bool // last could not be copied
}

// recorderOf returns nil without the interceptor.
func recorderOf(ctx context.Context) *recorder {
	r, _ := ctx.Value(recorderKey{}).(*recorder)
	return r
}

// RecordHeartbeat holds the lock while it sends, so that nothing older is sent
// after something newer.
func (r *recorder) RecordHeartbeat(ctx context.Context, details ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Value(repeatKey{}) == nil {
		r.Next.RecordHeartbeat(ctx, details...) // panics when the details cannot be encoded
		r.last, r.unknown = copied(details)
		r.recorded = true
		return
	}
	if r.recorded {
		details = r.last // which may be newer than what the caller has seen
	}
	if !r.unknown {
		r.Next.RecordHeartbeat(ctx, details...)
	}
}

// state reports whether the attempt has recorded something, and whether that
// cannot be sent again.
func (r *recorder) state() (recorded, unknown bool) {
	if r == nil {
		return false, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.recorded, r.unknown
}

// copied returns copies, since the activity may go on to change what it has
// recorded; failed is true when one cannot be copied.
func copied(details []any) (copies []any, failed bool) {
	for _, v := range details {
		v, err := wire.Copy(v)
		if err != nil {
			return nil, true
		}
		copies = append(copies, v)
	}
	return copies, false
}
