package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// A story plays scenes, and looks whether they end as they must.
type story struct {
	client    client.Client
	approvals *approvalclient.Client
	queue     string

	mu      sync.Mutex // of out
	out     io.Writer
	started time.Time
}

func newStory(c client.Client, queue string, out io.Writer) (*story, error) {
	// The worker is in this program, and a busy machine may be slow.
	approvals, err := approvalclient.New(c, approvalclient.Options{UpdateTimeout: 30 * time.Second})
	return &story{client: c, approvals: approvals, queue: queue, out: out, started: time.Now()}, err
}

// play plays all scenes. It fails with the first that does not end as it must.
func (s *story) play(ctx context.Context, all []scene) error {
	for _, sc := range all {
		s.say("--- %s", sc.title)
		id := s.queue + "-" + sc.order.Release.Version
		if err := s.perform(ctx, id, sc); err != nil {
			return abandon(ctx, s.client, id, fmt.Errorf("release %s: %w", sc.order.Release.Version, err))
		}
	}
	s.say("All went as promised.")
	return nil
}

// perform orders a release, lets people decide, and looks at what has become of
// it.
func (s *story) perform(ctx context.Context, id string, sc scene) error {
	run, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: s.queue}, "Deploy", sc.order)
	if err != nil {
		return err
	}
	s.say("ordered    %s of %s: workflow %s", sc.order.Release.Version, sc.order.Release.Author, id)
	for _, v := range sc.votes {
		if err := s.cast(ctx, id, v); err != nil {
			return err
		}
	}
	var result Result
	if err := run.Get(ctx, &result); err != nil {
		return err
	}
	if result.State != sc.want || !strings.Contains(result.Why, sc.why) {
		return fmt.Errorf("it is %s (%s), and was to be %s (%s)", result.State, result.Why, sc.want, sc.why)
	}
	for _, gate := range both {
		if err := s.audit(ctx, id, gate, sc.audits[gate]); err != nil {
			return err
		}
	}
	s.say("%-10s %s  %s", result.State, sc.order.Release.Version, result.Why)
	return nil
}

// cast sends a vote.
func (s *story) cast(ctx context.Context, id string, v vote) error {
	receipt, err := s.decide(ctx, approvalclient.Ref{WorkflowID: id}, v.gate, approvalclient.Vote{
		Actor: approval.Actor{ID: v.who, Groups: people[v.who], Auth: "demo-directory"}, Choice: v.choice, Comment: v.comment,
	})
	reason := approval.ReasonOf(err)
	switch {
	case err != nil && (reason == "" || reason != v.refused):
		return fmt.Errorf("%s of %s at %s has failed: %w", v.choice, v.who, v.gate, err)
	case reason != v.refused:
		return fmt.Errorf("%s of %s at %s was counted, and was to be refused as %s", v.choice, v.who, v.gate, string(v.refused))
	case err != nil:
		s.say("refused    %s: %s at %s (%s)", v.who, v.choice, v.gate, reason)
	default:
		s.say("decided    %s: %s at %s, which is %s", v.who, v.choice, v.gate, receipt.State)
	}
	return nil
}

// decide sends a vote until its gate is open, which is a matter of milliseconds
// once the workflow is started.
func (s *story) decide(ctx context.Context, ref approvalclient.Ref, gate string, v approvalclient.Vote) (approvalclient.Receipt, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		receipt, err := s.approvals.Decide(ctx, ref, gate, v)
		if approval.ReasonOf(err) != approval.NotOpen {
			return receipt, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return receipt, err
		}
	}
}

// audit looks at what has happened to a gate.
func (s *story) audit(ctx context.Context, id, gate string, want []string) error {
	audit, err := s.approvals.Audit(ctx, approvalclient.Ref{WorkflowID: id}, gate)
	if err != nil {
		return err
	}
	if err := audit.Verify(); err != nil {
		return err
	}
	var kinds []string
	for _, e := range audit.Entries {
		kinds = append(kinds, e.Kind)
	}
	if !slices.Equal(kinds, want) {
		return fmt.Errorf("the audit of %s is %q, and was to be %q", gate, kinds, want)
	}
	s.say("audit      %s: %s", gate, strings.Join(kinds, ", "))
	return nil
}

// say prints one line with the time since the start.
func (s *story) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = fmt.Fprintf(s.out, "%6.1fs  %s\n", time.Since(s.started).Seconds(), strings.TrimSpace(fmt.Sprintf(format, args...)))
}
