// Package budgetctx carries what package timeouts tells its subpackages about
// budgets. They cannot import it, because it imports lint.
package budgetctx

import (
	"context"
	"time"

	"go.temporal.io/sdk/workflow"
)

type (
	endKey struct{}
	cutKey struct{}
)

// WithEnd returns a context for an activity that should be done by end.
func WithEnd(ctx context.Context, end time.Time) context.Context {
	return context.WithValue(ctx, endKey{}, end)
}

// End returns the time of WithEnd. ok is false when the activity has no budget.
func End(ctx context.Context) (end time.Time, ok bool) {
	end, ok = ctx.Value(endKey{}).(time.Time)
	return end, ok
}

// WithCut records whether a budget has shortened the options in ctx.
func WithCut(ctx workflow.Context, cut bool) workflow.Context {
	if IsCut(ctx) == cut {
		return ctx
	}
	return workflow.WithValue(ctx, cutKey{}, cut)
}

// IsCut reports whether a budget has shortened the options in ctx.
func IsCut(ctx workflow.Context) bool {
	cut, _ := ctx.Value(cutKey{}).(bool)
	return cut
}
