// Package aitool runs an AI agent whose dangerous tool calls need the approval of a person.
package aitool

import (
	"encoding/json"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A Call is what the model wants to do.
type Call struct {
	Tool      string          `json:"tool"`
	Arguments json.RawMessage `json:"arguments"`
	Dangerous bool            `json:"dangerous"` // by the list of tools of the activity Think, not by the model
}

// A Turn is an answer of the model: a call, or the result of the task.
type Turn struct {
	Call   *Call  `json:"call,omitempty"`
	Result string `json:"result,omitempty"`
}

const maxTurns = 20

// Run lets the model think, carries out its calls, and gives it their results.
func Run(ctx workflow.Context, task string) (string, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return "", err
	}
	ctx = workflow.WithActivityOptions(ctx, timeouts.Standard())
	transcript := []string{task}
	for n := range maxTurns {
		var turn Turn
		if err := workflow.ExecuteActivity(ctx, "Think", transcript).Get(ctx, &turn); err != nil {
			return "", err
		}
		if turn.Call == nil {
			return turn.Result, nil
		}
		result, err := carryOut(ctx, gates, fmt.Sprintf("call-%d", n+1), *turn.Call)
		if err != nil {
			return "", err
		}
		transcript = append(transcript, result)
	}
	return "", fmt.Errorf("the task has no result after %d turns", maxTurns)
}

// carryOut asks a person about a dangerous call. The person may change its arguments; a
// rejection is a result that the model gets.
func carryOut(ctx workflow.Context, gates *approval.Gates, id string, call Call) (result string, err error) {
	if call.Dangerous {
		p := policy.Quorum(1, "operators").Within(24 * time.Hour)
		p.AllowEdits, p.MaxRounds = true, 2
		out, err := approval.Await(ctx, gates, approval.Request[Call]{
			ID: id, Title: "call of " + call.Tool, Subject: call, Requester: "agent", Policy: p,
		})
		if err != nil {
			return "", err
		}
		if out.State != policy.StateApproved {
			return fmt.Sprintf("%s was not called: %s", call.Tool, out.State), nil
		}
		call = out.Subject // with the changes that the person has approved
	}
	err = workflow.ExecuteActivity(ctx, "Call", call).Get(ctx, &result)
	return result, err
}
