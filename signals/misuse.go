package signals

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// misuse is why a channel of the signal of that name cannot be used. A second
// channel is known with [NewInterceptor] only.
func misuse(ctx workflow.Context, name string) (err error) {
	run := wait.FromContext(ctx)
	switch {
	case name == "":
		err = refuse(ReasonMisuse, "a channel was opened of a signal that cannot be received: %s", noName)
	case run != nil && !run.Open(name) && refused(ctx, name):
		err = refuse(ReasonMisuse, "a second channel of signal %q was opened in this run, and the two would compete; open it once, and share the value", name)
	default:
		return nil
	}
	workflow.GetLogger(ctx).Error(err.Error(), "Signal", name)
	return err
}

// refused reports whether the second channel of a signal is refused. A run that had
// one when its workers had no interceptor goes on with it.
func refused(ctx workflow.Context, name string) bool {
	_, found := wait.Recorded(ctx, "temporal-patterns.signals.second."+name, func() any { return true })
	return found
}
