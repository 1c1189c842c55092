package heartbeat

import (
	"context"
	"sync"

	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// NewInterceptor returns a worker interceptor that remembers the heartbeats that an
// activity records, for [Start], and the activity's own context, for [CauseOf].
// patterns.NewPlugin installs it.
func NewInterceptor() interceptor.WorkerInterceptor { return &workerInterceptor{} }

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase
}

func (w *workerInterceptor) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &inbound{}
	in.Next = next
	return in
}

type inbound struct {
	interceptor.ActivityInboundInterceptorBase

	recorder recorder
}

func (i *inbound) Init(next interceptor.ActivityOutboundInterceptor) error {
	i.recorder.Next = next
	return i.Next.Init(&i.recorder)
}

func (i *inbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	i.recorder.activity = ctx
	return i.Next.ExecuteActivity(context.WithValue(ctx, recorderKey{}, &i.recorder), in)
}

type (
	recorderKey struct{}
	repeatKey   struct{}
)

// A recorder remembers the details that an attempt recorded last.
type recorder struct {
	interceptor.ActivityOutboundInterceptorBase

	activity context.Context //nolint:containedctx // compared with contexts derived from it, see CauseOf

	mu       sync.Mutex
	recorded bool
	last     []any
	lastErr  error // why last could not be copied
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
		r.last, r.lastErr = copyOf(details)
		r.recorded = true
		return
	}
	if r.recorded {
		details = r.last // may be newer than what the caller knows
	}
	if r.lastErr == nil {
		r.Next.RecordHeartbeat(ctx, details...)
	}
}

// state reports whether the attempt has recorded details, and why these cannot be
// sent again.
func (r *recorder) state() (recorded bool, err error) {
	if r == nil {
		return false, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.recorded, r.lastErr
}

// copyOf copies details, because the activity may change what it has recorded.
func copyOf(details []any) (copies []any, err error) {
	for _, v := range details {
		c, err := wire.Copy(v)
		if err != nil {
			return nil, err
		}
		copies = append(copies, c)
	}
	return copies, nil
}
