package intervention_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

type order struct {
	Card   string `json:"card"`
	Amount int    `json:"amount"`
}

type receipt struct {
	Number string `json:"number"`
	Amount int    `json:"amount"`
}

type question = intervention.Question[order, receipt]

// A bank charges cards. It honors idempotency keys.
type bank struct {
	charges map[string]int // amounts by idempotency key
	calls   int
	number  string // of receipts; empty is one of the card
	// answer returns the answer to a call, after the charge or instead of it.
	answer func(call int, o order) (charge bool, err error)
}

func (b *bank) charge(ctx context.Context, o order) (receipt, error) {
	key, err := idempotency.DownstreamKey(ctx, "charge")
	if err != nil {
		return receipt{}, err
	}
	b.calls++
	charge, err := b.answer(b.calls, o)
	if _, before := b.charges[key]; charge && !before {
		b.charges[key] = o.Amount
	}
	if err != nil {
		return receipt{}, err
	}
	return receipt{Number: cmp.Or(b.number, "r-"+o.Card), Amount: b.charges[key]}, nil
}

func (b *bank) total() (sum int) {
	for _, amount := range b.charges {
		sum += amount
	}
	return sum
}

var errTimeout = errors.New("the bank does not answer")

func declined() error {
	return temporal.NewNonRetryableApplicationError("the card is unknown", "CardUnknown", nil)
}

// A scenario is one workflow that charges an order of 100, with at most two attempts.
type scenario struct {
	kit     idempotencytest.Kit
	bank    *bank
	env     *testsuite.TestWorkflowEnvironment
	people  *approvaltest.Driver
	options idempotency.ActivityOptions
	request intervention.Request[order]
	steps   []string // of the activities that have started, if beforeActivity was called
}

func newScenario(t *testing.T, answer func(call int, o order) (charge bool, err error)) *scenario {
	t.Helper()
	env := testenv.New()
	return &scenario{
		kit: idempotencytest.New(), bank: &bank{charges: map[string]int{}, answer: answer}, env: env,
		people: approvaltest.New(t, env), options: idempotency.ActivityOptions{PassThrough: true},
		request: intervention.Request[order]{ID: "charge", Policy: policy.AnyOf("ops").Within(72 * time.Hour)},
	}
}

func (s *scenario) workflow(ctx workflow.Context) (receipt, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return receipt{}, err
	}
	ctx = workflow.WithActivityOptions(ctx, activityOptions())
	return intervention.Execute[order, receipt](ctx, gates, "Charge", order{Card: "4711", Amount: 100}, s.request)
}

func activityOptions() workflow.ActivityOptions {
	return workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 2}}
}

// run executes the workflow and returns its result.
func (s *scenario) run(t *testing.T) (got receipt, err error) {
	t.Helper()
	require.NoError(t, intervention.Register(s.env, s.kit.Guard, "Charge", s.bank.charge, s.options))
	s.env.ExecuteWorkflow(s.workflow)
	if err = s.env.GetWorkflowError(); err == nil {
		require.NoError(t, s.env.GetWorkflowResult(&got))
	}
	return got, err
}

// approve approves the question of a gate as it is.
func (s *scenario) approve(after time.Duration, gate string) { s.people.Approve(after, gate, "ops") }

// edit approves the question of a gate as change leaves it.
func (s *scenario) edit(t *testing.T, after time.Duration, gate string, change func(*question)) {
	t.Helper()
	s.env.RegisterDelayedCallback(func() {
		status := s.people.Gate(gate)
		asked := s.question(t, gate)
		change(&asked)
		s.people.Vote(0, gate, approvalclient.Vote{
			Actor: approvaltest.Actor("ops"), Choice: policy.ChoiceApprove, Subject: asked, Round: status.Round, Digest: status.Digest,
		})
	}, after)
}

// question returns the subject of a gate.
func (s *scenario) question(t *testing.T, gate string) (q question) {
	t.Helper()
	require.NoError(t, json.Unmarshal(s.people.Gate(gate).Subject, &q))
	return q
}
