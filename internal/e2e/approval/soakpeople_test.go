package approval_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// groups are the people of a soak and their groups. The requester and mallory may
// never decide, and dan only for who has delegated to him.
var groups = map[string]string{
	"ann": "finance", "bob": "finance", "cid": "finance", "bea": "board", "ben": "board",
	"zoe": "none", "yan": "none", "dan": "none", "mallory": "sales", "eve": "finance", "max": "ops",
}

// An acknowledged is a decision that was answered with a receipt.
type acknowledged struct {
	actor   string
	choice  policy.Choice // empty for a change
	receipt approvalclient.Receipt
}

// A crowd is the people who decide on the gates of one workflow.
type crowd struct {
	t        *testing.T
	workflow string
	signed   bool
	ack      map[string][]acknowledged // by gate
	refused  map[approval.Reason]int
	lost     int // decisions whose outcome was never known
	done     chan struct{}
	mu       sync.Mutex
}

// ended reports whether the workflow has ended.
func (c *crowd) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// over waits for a moment, and reports whether the workflow has ended.
func (c *crowd) over(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-c.done:
		return true
	case <-time.After(5 * time.Second):
		return false
	}
}

func (c *crowd) client(r *rand.Rand) *approvalclient.Client {
	o := approvalclient.Options{UpdateTimeout: []time.Duration{50 * time.Millisecond, time.Second, 5 * time.Second}[r.IntN(3)]}
	if c.signed {
		signing := key("soak")
		o.Key, o.Namespace = &signing, client.DefaultNamespace
	}
	return newPeople(c.t, temporal, o)
}

// decide plays the people at one gate until it is closed.
func (c *crowd) decide(ctx context.Context, gate int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, uint64(gate))) //nolint:gosec // a test that can be repeated
	at := approvalclient.Target{Ref: approvalclient.Ref{WorkflowID: c.workflow}, Gate: strconv.Itoa(gate)}
	round, closed := 1, false
	for step := 0; !closed && ctx.Err() == nil && !c.ended(); step++ {
		var (
			receipt approvalclient.Receipt
			a       acknowledged
			err     error
		)
		id := fmt.Sprint(step)
		if r.IntN(6) == 0 {
			a, receipt, err = c.change(ctx, r, at, id)
		} else {
			a, receipt, err = c.vote(ctx, r, at, id, round)
		}
		c.mu.Lock()
		switch reason := reasonOf(err); {
		case err == nil && !receipt.Queued:
			a.receipt = receipt
			c.ack[at.Gate] = append(c.ack[at.Gate], a)
			round, closed = receipt.Round, receipt.State.IsClosed()
		case reason != "":
			c.refused[reason]++
			closed = reason == approval.ReasonClosed || reason == approval.ReasonLate
			if reason == approval.ReasonStale {
				round++
			}
		case err != nil:
			c.lost++
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(r.IntN(1200)) * time.Millisecond):
		}
	}
}

// again sends until the outcome is known, a few times.
func again[T any](ctx context.Context, send func() (T, error)) (v T, err error) {
	for range 4 {
		if v, err = send(); err == nil || reasonOf(err) != "" || ctx.Err() != nil {
			return v, err
		}
	}
	return v, err
}

func (c *crowd) vote(ctx context.Context, r *rand.Rand, at approvalclient.Target, id string, round int) (acknowledged,
	approvalclient.Receipt, error,
) {
	who := pick(r, "ann", "bob", "cid", "ann", "bob", "bea", "ben", "zoe", "yan", "dan", "mallory", "eve")
	v := approvalclient.Vote{ID: id, Actor: actor(who), Choice: policy.ChoiceApprove, Round: round}
	switch n := r.IntN(12); {
	case n == 0:
		v.Choice, v.Comment = policy.ChoiceReject, "no"
	case n == 1:
		v.Choice, v.Comment = policy.ChoiceRequestChanges, "which train?"
	case n == 2:
		v.Subject = fmt.Sprintf("report 7, edition %s", id)
	case who == "dan":
		v.For = pick(r, "ann", "bob", "cid")
	}
	people := c.client(r)
	receipt, err := again(ctx, func() (approvalclient.Receipt, error) { return people.Decide(ctx, at.Ref, at.Gate, v) })
	return acknowledged{actor: who, choice: v.Choice}, receipt, err
}

func (c *crowd) change(ctx context.Context, r *rand.Rand, at approvalclient.Target, id string) (acknowledged, approvalclient.Receipt,
	error,
) {
	who := pick(r, "eve", "max", "ann", "mallory")
	m := approvalclient.Change{ID: "c" + id, Actor: actor(who)}
	switch pick(r, "resubmit", "resubmit", "extend", "shorten", "delegate", "delegate") {
	case "resubmit":
		m.Actor, m.Kind, m.Subject = actor("eve"), approvalclient.ChangeResubmit, "report 7, again "+id
	case "extend":
		m.Kind, m.By = approvalclient.ChangeExtend, time.Second
	case "shorten":
		m.Kind, m.By = approvalclient.ChangeShorten, time.Second
	default:
		m.Actor, m.Kind, m.To = actor(pick(r, "ann", "bob", "cid")), approvalclient.ChangeDelegate, pick(r, "dan", "dan", "eve")
	}
	people := c.client(r)
	receipt, err := again(ctx, func() (approvalclient.Receipt, error) {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		return people.Change(ctx, at.Ref, at.Gate, m)
	})
	return acknowledged{actor: m.Actor.ID}, receipt, err
}

func actor(who string) policy.Actor {
	return policy.Actor{ID: who, Groups: []string{groups[who]}, Auth: "soak"}
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// killer kills one of the workers after the other, and starts another, until ctx ends.
func killer(ctx context.Context, t *testing.T, queue string, every time.Duration, env ...string) {
	t.Helper()
	workers := []*e2etest.Process{e2etest.StartProcess(t, queue, env...), e2etest.StartProcess(t, queue, env...)}
	for i := 0; ctx.Err() == nil; i = (i + 1) % len(workers) {
		select {
		case <-ctx.Done():
		case <-time.After(every):
			workers[i].Kill()
			workers[i] = e2etest.StartProcess(t, queue, env...)
		}
	}
}
