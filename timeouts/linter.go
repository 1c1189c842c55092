package timeouts

import (
	"fmt"
	"slices"
	"sync"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// ErrTypeBadOptions is the type of the application error of what was not started
// because of a finding; see InterceptorOptions.Fail. It cannot be retried.
const ErrTypeBadOptions = "timeouts.BadOptions"

// metricFindings counts findings, by the tag code.
const metricFindings = "temporal_patterns_timeout_findings"

// A linter reports findings. It serves all workflows of a worker.
type linter struct {
	InterceptorOptions

	mu   sync.Mutex
	seen map[findingKey]bool
}

// A sighting is what is logged once.
type findingKey struct {
	name string
	code Code
}

// budgetCodes are findings about options that a budget has cut down: that is what
// it is there for.
var budgetCodes = []Code{CodeHeartbeatTooLong, CodeNoTimeForRetry, CodeLocalWithoutRetry, CodeFewAttempts, CodeHeartbeatTooShort}

type acceptedKey struct{}

// WithIgnored returns ctx in which the interceptor takes findings with these codes
// for what is meant, as Accept does in [Options] for those who make options: options
// do not remember it. For workflow code.
func WithIgnored(ctx workflow.Context, codes ...Code) workflow.Context {
	before, _ := ctx.Value(acceptedKey{}).([]Code)
	return workflow.WithValue(ctx, acceptedKey{}, slices.Concat(before, codes))
}

// accepted are the codes that are meant so.
func (l *linter) accepted(ctx workflow.Context) []Code {
	codes, _ := ctx.Value(acceptedKey{}).([]Code)
	if b, _ := ctx.Value(budgetKey{}).(attached); b.cut {
		return slices.Concat(l.Ignore, codes, budgetCodes)
	}
	if len(codes) == 0 {
		return l.Ignore
	}
	return slices.Concat(l.Ignore, codes)
}

// look reports what was found in the options of what is started by that name.
// The error is nil unless it must not be started.
func (l *linter) report(ctx workflow.Context, kind, name string, found Findings) error {
	if len(found) == 0 {
		return nil
	}
	for _, f := range found {
		l.log(ctx, kind, name, f)
	}
	if err := found.Err(); l.Fail && err != nil {
		message := fmt.Sprintf("timeouts: the %s %q was not started; correct its options, or accept the finding (%v)", kind, name, err)
		return temporal.NewNonRetryableApplicationError(message, ErrTypeBadOptions, nil)
	}
	return nil
}

func (l *linter) log(ctx workflow.Context, kind, name string, f Finding) {
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"code": string(f.Code)}).Counter(metricFindings).Inc(1)
	if workflow.IsReplaying(ctx) || !l.first(findingKey{name, f.Code}) {
		return
	}
	log := workflow.GetLogger(ctx).Info
	switch {
	case f.Code == CodeNoCloseTimeout: // the run does not go on
		log = workflow.GetLogger(ctx).Error
	case f.IsError():
		log = workflow.GetLogger(ctx).Warn
	}
	log("The timeouts of the "+kind+" may not do what is meant; correct them, or accept the code with timeouts.WithAccepted", "Name", name, "Finding", f.String())
}

// first reports whether that was not seen before.
func (l *linter) first(s findingKey) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.seen[s]
	l.seen[s] = true
	return !seen
}

// failed is the future of what was not started.
func failed(ctx workflow.Context, err error) workflow.Future {
	future, settable := workflow.NewFuture(ctx)
	settable.SetError(err)
	return future
}

// A refusing context has an error of ours from the start. The SDK starts no child
// in it, and returns a future of its own with that error.
type failedContext struct {
	workflow.Context
	err error
}

func (r failedContext) Err() error { return r.err }
