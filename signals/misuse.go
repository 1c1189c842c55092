package signals

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// ErrTypeMisuse is the type of the application error of a channel that cannot be
// used, since its signal has no name or since the run has another channel of it. It
// cannot be retried.
const ErrTypeMisuse = "signals.Misuse"

// errNoName says that a definition has no name.
var errNoName = errors.New("it has no name; define it with one, as a package-level variable")

// misuse is why a channel of the signal of that name cannot be used. A second
// channel is known with [NewInterceptor] only.
func misuse(ctx workflow.Context, name string) (err error) {
	run := wait.FromContext(ctx)
	switch {
	case name == "":
		err = fmt.Errorf("signals: a channel was opened of a signal that cannot be received: %w", errNoName)
	case run != nil && !run.Open(name) && refused(ctx, name):
		err = fmt.Errorf("signals: a second channel of signal %q was opened in this run, and the two would compete; open it once, and share the value", name)
	default:
		return nil
	}
	workflow.GetLogger(ctx).Error(err.Error(), "Signal", name)
	return temporal.NewNonRetryableApplicationError(err.Error(), ErrTypeMisuse, nil)
}

// refused reports whether the second channel of a signal is refused. A run that had
// one when its workers had no interceptor goes on with it.
func refused(ctx workflow.Context, name string) bool {
	_, found := wait.Recorded(ctx, "temporal-patterns.signals.second."+name, func() any { return true })
	return found
}

// named refuses what would be sent to a name that nobody receives.
func named(kind, name string) error {
	if name == "" {
		return fmt.Errorf("signals: the %s was not sent: %w", kind, errNoName)
	}
	return nil
}
