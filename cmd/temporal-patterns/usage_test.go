package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"no command":              {},
		"unknown command":         {"aprovals"},
		"group without command":   {"approvals"},
		"unknown part of a group": {"approvals", "approve"},
		"unknown flag":            {"approvals", "list", "--everything"},
		"unknown output":          {"approvals", "list", "--all", "-o", "yaml"},
		"no time":                 {"approvals", "list", "--all", "--timeout", "0s"},
		"list of no one":          {"approvals", "list"},
		"list of all and of ann":  {"approvals", "list", "--all", "--actor", "ann"},
		"page of nothing":         {"approvals", "list", "--all", "--limit", "0"},
		"show without gate":       {"approvals", "show", "workflow"},
		"show of an empty name":   {"approvals", "show", "", "gate"},
		"audit without gate":      {"approvals", "audit", "workflow"},
		"decide without choice":   {"approvals", "decide", "w", "g", "--actor", "ann", "--id", "1"},
		"decide without actor":    {"approvals", "decide", "w", "g", "--choice", "approve", "--id", "1"},
		"decide without ID":       {"approvals", "decide", "w", "g", "--choice", "approve", "--actor", "ann"},
		"lint without file":       {"policy", "lint"},
		"diff of one file":        {"policy", "diff", "old.yaml"},
		"vote without a choice":   {"policy", "simulate", "policy.yaml", "--vote", "ann"},
		"no store":                {"idempotency", "list"},
		"store of another kind":   {"idempotency", "list", "--store", "mysql://host/db"},
		"record without key":      {"idempotency", "show"},
		"record of a bad key":     {"idempotency", "show", "77"},
		"resolve of a bad key":    {"idempotency", "resolve", "77"},
		"sweep of nothing":        {"idempotency", "sweep", "--batch", "0"},
		"argument too many":       {"search-attributes", "check", "now"},
		"completion of no shell":  {"completion"},
		"unknown shell":           {"completion", "tcsh"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := command(t, nil, args...)
			require.Equal(t, exitUsage, got.code, got.stderr)
			require.True(t, strings.HasPrefix(got.stderr, "temporal-patterns: "), got.stderr)
			require.Empty(t, got.stdout)
		})
	}
}

func TestHelpAndCompletion(t *testing.T) {
	t.Parallel()
	require.Contains(t, command(t, nil, "--help").stdout, "approvals")
	require.Contains(t, command(t, nil, "completion", "bash").stdout, "temporal-patterns")
	require.Contains(t, command(t, nil, "__complete", "approvals", "decide", "--choice", "").stdout, "request-changes")
}

// What a workflow has put into a text cannot move the cursor of a terminal.
func TestPlain(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a?[2Jb?c", plain("a\x1b[2Jb\nc"))
	require.Equal(t, "-", plain(""))
}
