package signals

import (
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// NewInterceptor returns the worker interceptor that remembers in which order
// history delivered signals and fired timers. [DeadlineHistoryOrder] needs it, and with it a
// run reports, when it ends, the messages that it took and never used. It
// creates no history event, but one when it refuses a second channel of a signal,
// and can be added to a worker, or removed where nothing is Exact, while workflows
// run: they go on as they did. Put it last in the list, next to the
// workflow: it must see the signals that the channel sees, no more.
func NewInterceptor() interceptor.WorkerInterceptor { return wait.NewInterceptor() }
