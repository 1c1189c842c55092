// Temporal-patterns is a tool for the operators of programs that use temporal-patterns: it
// shows approvals and decides on them, checks policies, looks after the records of
// idempotent activities, and creates search attributes.
//
//	temporal-patterns approvals list --actor ann --group finance
//	temporal-patterns approvals show expense-7 expense
//	temporal-patterns approvals decide expense-7 expense --actor ann --group finance --choice approve --id desk-1
//	temporal-patterns approvals audit expense-7 expense
//	temporal-patterns policy lint policy.json --requester eve
//	temporal-patterns idempotency list --store sqlite:records.db --state indeterminate
//	temporal-patterns idempotency show KEY --store sqlite:records.db
//	temporal-patterns idempotency resolve KEY --store sqlite:records.db --fence 1 --as released
//	temporal-patterns idempotency sweep --store sqlite:records.db
//	temporal-patterns search-attributes check
//	temporal-patterns search-attributes create
//	temporal-patterns completion bash
//
// It finds the Temporal server by the settings of Temporal's own tools: TEMPORAL_ADDRESS,
// TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, the variables of TLS, and profiles in a file. Output
// is a table, or JSON with "-o json". Exit codes:
//
//	0  done
//	1  failed: a server or a store did not answer, or refused the connection
//	2  wrong usage
//	3  not found: no such workflow, gate or record
//	4  refused: a vote that does not count, a policy with problems, a record that has changed,
//	   search attributes that are missing
//	5  the outcome of a decision is unknown: send it again with the same --id
//
// docs/cli.md describes each command.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], environment{stdout: os.Stdout, stderr: os.Stderr, lookup: os.LookupEnv, environ: os.Environ()})
	cancel()
	os.Exit(code)
}

// An environment is what a command uses beside its arguments.
type environment struct {
	stdout, stderr io.Writer
	lookup         func(string) (string, bool)
	environ        []string
}

// run executes one command and returns its exit code.
func run(ctx context.Context, args []string, env environment) int {
	root := newRoot(env)
	root.SetArgs(args)
	root.SetErr(env.stderr)
	err := root.ExecuteContext(ctx)
	if err != nil {
		_, _ = fmt.Fprintf(env.stderr, "temporal-patterns: %s\n", textOf(err))
	}
	return codeOf(err)
}
