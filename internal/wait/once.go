package wait

import "go.temporal.io/sdk/workflow"

// Once reports whether it is called for the first time with that name in this run,
// for what a run can have only one of.
func Once(ctx workflow.Context, name string) bool {
	if run := FromContext(ctx); run != nil {
		again := run.once[name]
		run.once[name] = true
		return !again
	}
	// Without the interceptor, channels of signals are all that a run keeps by name.
	// A token waits in this one until the coroutine below takes it, and a second
	// token until it is taken here, so that none is left when the run ends. What
	// others send under that name does nothing.
	channel, ok := workflow.GetSignalChannel(ctx, name).(workflow.Channel)
	if !ok || channel.Len() > 0 {
		return !ok // an SDK with other channels cannot tell
	}
	if channel.SendAsync(true); channel.Len() == 0 {
		return false // the coroutine has taken it
	}
	detached, _ := workflow.NewDisconnectedContext(ctx)
	workflow.GoNamed(detached, name, func(ctx workflow.Context) {
		for channel.Receive(ctx, nil) { // until the run ends
		}
	})
	return true
}
