package lint

import (
	"fmt"
	"slices"
	"sync"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts/internal/budgetctx"
)

// errTypeInvalidOptions is the error type on the wire of what was not started
// because of InterceptorOptions.Fail.
const errTypeInvalidOptions = "timeouts/lint.InvalidOptions"

// metricFindings counts findings, by the tag code.
const metricFindings = "temporal_patterns_timeout_findings"

// budgetCodes are findings about options that a budget has shortened, as intended.
var budgetCodes = []Code{CodeHeartbeatTooLong, CodeNoTimeForRetry, CodeLocalWithoutRetry, CodeFewAttempts, CodeHeartbeatTooShort}

type optionsKey struct{}

// WithOptions returns a context in which the interceptor applies o in addition to
// its own options. Use it to ignore findings in a part of a workflow: the
// interceptor does not know what timeouts.Options ignored. For workflow code.
func WithOptions(ctx workflow.Context, o Options) workflow.Context {
	before, _ := ctx.Value(optionsKey{}).([]Code)
	return workflow.WithValue(ctx, optionsKey{}, slices.Concat(before, o.Ignore))
}

// A reporter reports the findings of all workflows of a worker.
type reporter struct {
	InterceptorOptions

	mu   sync.Mutex
	seen map[findingKey]bool
}

// A findingKey identifies findings that are logged once.
type findingKey struct {
	name string
	code Code
}

// options returns what to ignore in ctx.
func (r *reporter) options(ctx workflow.Context) Options {
	codes, _ := ctx.Value(optionsKey{}).([]Code)
	switch {
	case budgetctx.IsCut(ctx):
		return Options{Ignore: slices.Concat(r.Ignore, codes, budgetCodes)}
	case len(codes) > 0:
		return Options{Ignore: slices.Concat(r.Ignore, codes)}
	}
	return Options{Ignore: r.Ignore}
}

// report logs and counts findings in the options of what is called name. It returns
// an error when that must not start.
func (r *reporter) report(ctx workflow.Context, kind, name string, found Findings) error {
	for _, f := range found {
		r.log(ctx, kind, name, f)
	}
	if !r.Fail {
		return nil
	}
	err := found.Err()
	if err == nil {
		return nil
	}
	message := fmt.Sprintf("timeouts/lint: the %s %q was not started; correct its options, or ignore the finding (%v)", kind, name, err)
	return temporal.NewNonRetryableApplicationError(message, errTypeInvalidOptions, nil)
}

func (r *reporter) log(ctx workflow.Context, kind, name string, f Finding) {
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"code": string(f.Code)}).Counter(metricFindings).Inc(1)
	if workflow.IsReplaying(ctx) || !r.isFirst(findingKey{name, f.Code}) {
		return
	}
	log := workflow.GetLogger(ctx).Info
	switch {
	case f.Code == CodeNoCloseTimeout: // the run is stuck
		log = workflow.GetLogger(ctx).Error
	case f.IsError():
		log = workflow.GetLogger(ctx).Warn
	}
	log("The timeout or retry options of the "+kind+" have a finding; correct them, or ignore the code with lint.WithOptions",
		"Name", name, "Finding", f.String())
}

// isFirst reports whether k is new.
func (r *reporter) isFirst(k findingKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := r.seen[k]
	r.seen[k] = true
	return !seen
}
