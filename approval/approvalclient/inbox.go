package approvalclient

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

const (
	// DefaultPageSize is how many gates a page of an inbox has at most.
	DefaultPageSize = 50
	// MaxPageSize is the largest [Filter].PageSize.
	MaxPageSize = 200
)

// A Filter says which gates [Client.Inbox] lists. It needs an Actor, or Everybody.
type Filter struct {
	// Actor is who looks: listed is what waits for that actor, by ID or by
	// Groups, and was not decided by them yet. It is not authenticated here; fill
	// it in as you do for a vote. Auth is not looked at.
	Actor policy.Actor
	// Everybody lists all gates that are open, whoever may decide: for those who
	// look after them. Actor does not count then.
	All bool
	// DueBefore leaves out gates whose deadline is not before it, and those
	// without any; time.Now() lists what is overdue, which no worker has closed
	// yet. Zero lists all.
	DueBefore time.Time
	// PageSize is how many entries the page has at most. Zero is
	// [DefaultPageSize], the most is [MaxPageSize].
	PageSize int
	// Token is Next of the page before; empty begins.
	Token string
}

// A Page is a part of an inbox.
type Page struct {
	// Items are gates that wait, those of one workflow in the order in which they
	// were opened.
	Items []Item
	// Unreachable are workflows whose gates could not be asked for: no worker answers.
	// They count as entries of the page.
	Unreachable []Unreachable
	// Next is the Token of the next page; empty says that this is the last. A page
	// can be short, or empty, and yet have a next one.
	Next string
}

// An Item is a gate that waits, with all that is needed to show it and to decide.
type Item struct {
	// Ref is where to decide. Its RunID is empty, so that it holds when the
	// workflow continues as new.
	Ref Ref
	// Gate is what the workflow says of it. A vote should name its Round and
	// Digest, as [Client.DecideMany] does. In the state [ChangesRequested] it
	// waits for the requester to make the request again.
	Gate GateStatus
	// For is for whom the actor would decide, by delegation; empty for themselves.
	For string
}

// Unreachable is a workflow that does not say which gates it has.
type Unreachable struct {
	WorkflowID string
	Err        error
}

// Inbox lists gates that wait for somebody, of all workflows that run with
// Options.Inbox. It finds the workflows by visibility and asks each for its gates,
// so that what it lists was open when it asked; a gate that was opened within the
// last second or so may be missing, since visibility lags, and a gate may be
// listed again on a later page. Workflows come in the order of the server's
// visibility store, the newest first as a rule.
//
// It needs the search attributes of [SetUpInbox] and workers that run. The error
// is a refusal as [Malformed] of the filter, or that of the server.
func (c *Client) Inbox(ctx context.Context, f Filter) (Page, error) {
	l, err := c.listing(f)
	if err != nil {
		return Page{}, reasoned(err)
	}
	if err := l.fill(ctx); err != nil {
		var invalid *serviceerror.InvalidArgument // an attribute that is not there
		if apperr.Refused(err) && !errors.As(err, &invalid) {
			return Page{}, reasoned(
				refusalFor(
					err,
					approval.Refused,
					"",
					"the server refuses to list workflows; see the cause, and give this program the rights and the namespace that it needs",
				),
			)
		}
		return Page{}, fmt.Errorf(
			"approval: the inbox cannot be listed; check that SetUpInbox was called for this namespace, and list again: %w",
			err,
		)
	}
	return l.page, nil
}
