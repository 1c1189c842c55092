package approvalclient

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// Limits of a page of an inbox.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
)

// A Filter selects the gates that [Client.Inbox] lists. It needs an Actor, or All.
type Filter struct {
	// Actor selects the gates that wait for this actor, by ID or by Groups, and that the
	// actor has not decided yet. The client does not authenticate the actor; fill it in as
	// you do for a vote. Auth does not matter.
	Actor policy.Actor
	// All selects all open gates, for people who look after them. Actor does not matter
	// then.
	All bool
	// DueBefore leaves out gates whose deadline is not before it, and those without a
	// deadline. time.Now() selects overdue gates, which no worker has closed yet. Zero
	// leaves out nothing.
	DueBefore time.Time
	// PageSize limits the entries of the page, up to [MaxPageSize]. Zero means
	// [DefaultPageSize].
	PageSize int
	// Token continues after a page: set it to Next of that page. Empty begins.
	Token string
}

// A Page holds a part of an inbox.
type Page struct {
	// Items lists gates that wait, those of one workflow in the order in which it opened
	// them.
	Items []Item
	// Unreachable lists workflows that no worker answers for. They count as entries of the
	// page.
	Unreachable []Unreachable
	// Next continues with the next page; it is empty on the last one. A page can be short, or
	// empty, and yet have a next one.
	Next string
}

// An Item describes a gate that waits, for a list and for a decision.
type Item struct {
	// Ref names the gate's workflow. Its RunID is empty, so that it stays right when the
	// workflow continues as new.
	Ref Ref
	// Gate describes the gate. In the state policy.StateChangesRequested it waits for the
	// requester to make the request again.
	Gate GateStatus
	// For names the person for whom the actor would decide, by delegation; empty for
	// themselves.
	For string
}

// Target returns the gate as the actor has seen it, for [Client.DecideMany].
func (i Item) Target() Target {
	return Target{Ref: i.Ref, Gate: i.Gate.ID, Round: i.Gate.Round, Digest: i.Gate.Digest, For: i.For}
}

// Unreachable names a workflow that could not list its gates.
type Unreachable struct {
	WorkflowID string
	Err        error
}

// Inbox lists gates that wait for an actor, of all workflows with approval.Options.Inbox. It
// finds the workflows by visibility and asks each for its gates, so that a listed gate was
// open when the client asked. Visibility lags: a gate that was opened within the last second
// or so may be missing, and a gate may appear again on a later page. Workflows come in the
// order of the server's visibility store, as a rule the newest first.
//
// It needs the search attributes of [SetUpInbox] and workers that run. The error has the
// reason approval.ReasonMalformed for a bad filter, or is the server's.
func (c *Client) Inbox(ctx context.Context, f Filter) (Page, error) {
	l, err := newListing(c, f)
	if err != nil {
		return Page{}, restore(err)
	}
	page, err := l.read(ctx)
	if err != nil {
		return Page{}, notListed(err)
	}
	return page, nil
}

// Count returns the number of workflows with gates that f selects, by one visibility call:
// for metrics, such as the workflows that wait for a person (All) and those that are overdue
// (All and DueBefore). It asks no workflow, so that it lags as visibility does, and counts
// a workflow with several gates once. PageSize and Token do not matter. The errors are
// those of [Client.Inbox].
func (c *Client) Count(ctx context.Context, f Filter) (int64, error) {
	l, err := newListing(c, Filter{Actor: f.Actor, All: f.All, DueBefore: f.DueBefore})
	if err != nil {
		return 0, restore(err)
	}
	counted, err := c.temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: l.query})
	if err != nil {
		return 0, notListed(err)
	}
	return counted.GetCount(), nil
}

// ReportOptions tunes [Client.ReportCounts]. The zero value is ready to use.
type ReportOptions struct {
	// Interval sets the time between two counts. Zero means 15 seconds.
	Interval time.Duration
	// OnError receives the error of a count that failed. Nil ignores it.
	OnError func(error)
}

// The gauges of [Client.ReportCounts].
const (
	metricWaiting = "temporal_patterns_approvals_waiting"
	metricOverdue = "temporal_patterns_approvals_overdue"
)

// ReportCounts sets two gauges of a namespace, now and once each interval, until ctx ends:
// temporal_patterns_approvals_waiting counts the workflows that wait for a decision, and
// temporal_patterns_approvals_overdue those of them with a deadline that has passed. A gauge
// is NaN after a count that failed, since an old number would look like a new one. Each
// count is one visibility call, see [Client.Count]. Every process that reports sets the
// same numbers: take the maximum of them, not the sum.
func (c *Client) ReportCounts(ctx context.Context, metrics client.MetricsHandler, o ReportOptions) {
	if o.Interval <= 0 {
		o.Interval = 15 * time.Second
	}
	tick := time.NewTicker(o.Interval)
	defer tick.Stop()
	for ctx.Err() == nil {
		c.report(ctx, metrics.Gauge(metricWaiting), Filter{All: true}, o)
		now := time.Now() //nolint:forbidigo // the gauge is about this moment
		c.report(ctx, metrics.Gauge(metricOverdue), Filter{All: true, DueBefore: now}, o)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// report sets one gauge.
func (c *Client) report(ctx context.Context, gauge client.MetricsGauge, f Filter, o ReportOptions) {
	within, cancel := context.WithTimeout(ctx, o.Interval)
	defer cancel()
	n, err := c.Count(within, f)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		gauge.Update(math.NaN())
		if o.OnError != nil {
			o.OnError(err)
		}
	default:
		gauge.Update(float64(n))
	}
}

// notListed returns the error of a visibility call.
func notListed(err error) error {
	var invalid *serviceerror.InvalidArgument // an attribute that is not there
	if apperr.Refused(err) && !errors.As(err, &invalid) {
		return restore(refusalFor(err, ReasonRefused, "",
			"the server refuses to list workflows; see the cause, and give this program the rights and the namespace that it needs"))
	}
	return fmt.Errorf(
		"approvalclient: the inbox cannot be listed; check that SetUpInbox was called for this namespace, and list again: %w", err)
}
