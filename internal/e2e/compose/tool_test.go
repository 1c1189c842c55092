//go:build docker

package compose_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

// Exit codes of the tool, as docs/cli.md has them.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
	exitRefused  = 4
)

// tool runs the command line tool in the stack and returns what it prints on standard
// output. It must end with that exit code.
func tool(t *testing.T, code int, args ...string) string {
	t.Helper()
	return toolWith(t, "", code, args...)
}

func toolWith(t *testing.T, stdin string, code int, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "bash", append([]string{stack, "tool"}, args...)...) //nolint:gosec // the script of the repository
	var stdout, stderr bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit, "%v", args)
	}
	require.Equal(t, code, c.ProcessState.ExitCode(), "%v: %s", args, tail(stderr.String()))
	if code != exitOK {
		require.Contains(t, stderr.String(), "temporal-patterns: ", "%v", args)
		require.NotErrorIs(t, err, exec.ErrNotFound)
	}
	return stdout.String()
}

// toolJSON runs a command with "-o json" and reads what it prints.
func toolJSON(t *testing.T, into any, args ...string) {
	t.Helper()
	out := tool(t, exitOK, append(args, "-o", "json")...)
	require.NoError(t, json.Unmarshal([]byte(out), into), "%v: %s", args, out)
}

// TestToolDecides places an order and approves it by the tool alone.
func TestToolDecides(t *testing.T) {
	id := "tool-" + rand.Text()[:6]
	workflow := service.WorkflowID(id)
	require.NoError(t, submit(t.Context(), id))
	require.NoError(t, reaches(t.Context(), id, orders.StateApproving))
	var page struct {
		Items []struct {
			WorkflowID string
			Gate       approvalclient.GateStatus
		}
		Unreachable []struct{ WorkflowID, Error string }
	}
	require.Eventually(t, func() bool { // visibility lags
		page.Items = nil
		toolJSON(t, &page, "approvals", "list", "--actor", "sam", "--group", "sales", "--limit", "200")
		for _, item := range page.Items {
			if item.WorkflowID == workflow && item.Gate.ID == orders.GateLarge {
				return true
			}
		}
		return false
	}, patience, tick)
	require.Contains(t, tool(t, exitOK, "approvals", "list", "--all", "--limit", "200"), workflow)
	tool(t, exitUsage, "approvals", "list")

	var gate approvalclient.GateStatus
	toolJSON(t, &gate, "approvals", "show", workflow, orders.GateLarge)
	require.Equal(t, policy.StateOpen, gate.State)
	tool(t, exitNotFound, "approvals", "show", workflow, "another gate")
	tool(t, exitNotFound, "approvals", "show", "another workflow", orders.GateLarge)

	decide := func(actor, group string) []string {
		return []string{
			"approvals", "decide", workflow, orders.GateLarge, "--actor", actor, "--group", group, "--choice", "approve", "--id", "by-" + actor,
		}
	}
	tool(t, exitRefused, decide("ada", "accounts")...)
	tool(t, exitUsage, "approvals", "decide", workflow, orders.GateLarge, "--actor", "sam", "--choice", "perhaps", "--id", "1")
	var receipt approvalclient.Receipt
	toolJSON(t, &receipt, decide("sam", "sales")...)
	require.Equal(t, policy.StateApproved, receipt.State)
	require.NoError(t, reaches(t.Context(), id, orders.StateCollecting))

	var audit policy.Audit
	toolJSON(t, &audit, "approvals", "audit", workflow, orders.GateLarge)
	require.NoError(t, audit.Verify())
	require.Contains(t, tool(t, exitOK, "approvals", "audit", workflow, orders.GateLarge), "sam")
	tool(t, exitNotFound, "approvals", "audit", workflow, "another gate")
	require.NoError(t, finish(t.Context(), id))
	requireChargedOnce(t, id)
}

// TestToolResolvesRecord looks for the record of a charge, makes it one that waits for a
// person, and resolves it.
func TestToolResolvesRecord(t *testing.T) {
	id := "record-" + rand.Text()[:6]
	require.NoError(t, submit(t.Context(), id))
	require.NoError(t, finish(t.Context(), id))
	type record struct {
		Key, State string
		Fence      int64
		Info       struct{ WorkflowID, ActivityType string }
	}
	var all []record
	toolJSON(t, &all, "idempotency", "list", "--limit", "1000")
	var charge record
	for _, r := range all {
		if r.Info.WorkflowID == service.WorkflowID(id) && r.Info.ActivityType == "Charge" {
			charge = r
		}
	}
	require.Equal(t, "completed", charge.State, "%+v", all)
	tool(t, exitUsage, "idempotency", "list", "--state", "lost")
	var one record
	toolJSON(t, &one, "idempotency", "show", charge.Key)
	require.Equal(t, charge, one)
	tool(t, exitNotFound, "idempotency", "show", strings.Repeat("0", len(charge.Key)))
	tool(t, exitFailed, "idempotency", "show", charge.Key, "--store", "postgres://orders@postgres:1/orders")

	resolve := []string{"idempotency", "resolve", charge.Key, "--as", "released", "--fence"}
	tool(t, exitRefused, append(resolve, strconv.FormatInt(charge.Fence, 10))...)
	docker(t, "exec", containers(t)["postgres_1"], "psql", "--username=postgres", "--dbname=orders", "--set=ON_ERROR_STOP=1",
		"--command=UPDATE idempotency_record SET state = 5, indeterminate_since = now() WHERE workflow_id = '"+service.WorkflowID(id)+"'")
	toolJSON(t, &all, "idempotency", "list", "--state", "indeterminate")
	require.Len(t, all, 1)
	tool(t, exitRefused, append(resolve, "99")...)
	toolJSON(t, &one, append(resolve, strconv.FormatInt(charge.Fence, 10))...)
	require.Equal(t, "released", one.State)
	var swept struct{ Deleted *int }
	toolJSON(t, &swept, "idempotency", "sweep")
	require.NotNil(t, swept.Deleted)
	tool(t, exitUsage, "idempotency", "sweep", "--batch", "0")
}

func TestToolChecksSetUp(t *testing.T) {
	var ready struct {
		Namespace string
		Ready     bool
	}
	for _, command := range []string{"check", "create"} {
		toolJSON(t, &ready, "search-attributes", command)
		require.Equal(t, "orders", ready.Namespace)
		require.True(t, ready.Ready)
		tool(t, exitFailed, "search-attributes", command, "--address", "temporal:1", "--timeout", "3s")
	}
	tool(t, exitUsage, "search-attributes", "check", "now")
	var linted struct{ Problems []string }
	good := `{"stages": [{"rules": [{"need": 1, "from": {"groups": ["sales"]}}], "deadline": "8h"}]}`
	require.NoError(t, json.Unmarshal([]byte(toolWith(t, good, exitOK, "policy", "lint", "/dev/stdin", "-o", "json")), &linted))
	require.Empty(t, linted.Problems)
	bad := strings.Replace(good, `"need": 1`, `"need": 0`, 1)
	require.NoError(t, json.Unmarshal([]byte(toolWith(t, bad, exitRefused, "policy", "lint", "/dev/stdin", "-o", "json")), &linted))
	require.NotEmpty(t, linted.Problems)
	tool(t, exitNotFound, "policy", "lint", "no-file")
	require.Contains(t, tool(t, exitOK, "completion", "bash"), "temporal-patterns")
	tool(t, exitUsage, "completion", "tcsh")
}
