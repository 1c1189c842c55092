package signals

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// noName says that a definition has no name.
const noName = "it has no name; define it with one, as a package-level variable"

// refuse returns an error that no retry can help.
func refuse(reason Reason, format string, args ...any) error {
	return apperr.New(reason, "signals: "+fmt.Sprintf(format, args...), apperr.Options{})
}

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

// named refuses what would be sent to a name that nobody receives.
func named(kind, name string) error {
	if name == "" {
		return refuse(ReasonMisuse, "the %s was not sent: %s", kind, noName)
	}
	return nil
}
