package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func policyCommand(s *session) *cobra.Command {
	var requester, members string
	lint := &cobra.Command{
		Use: "lint FILE", Short: "Check a policy in a file of JSON; code 4 if it has problems",
		Args: arguments("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			o := policy.LintOptions{Requester: requester}
			if members != "" {
				if err := readJSON(members, &o.GroupMembers); err != nil {
					return err
				}
			}
			return lintPolicy(s, args[0], o)
		},
	}
	lint.Flags().StringVar(&requester, "requester", "", "ID of the actor who makes the request")
	lint.Flags().StringVar(&members, "members", "", "file of JSON with the members of groups: {\"finance\": [\"ann\"]}")
	return group("policy", "Policies of approvals", lint)
}

func lintPolicy(s *session, file string, o policy.LintOptions) error {
	var p policy.Policy
	if err := readJSON(file, &p); err != nil {
		return err
	}
	err := policy.Lint(p, o)
	problems := []string{}
	rows := [][]string{{"FILE", "PROBLEM"}}
	if err != nil {
		problems = strings.Split(err.Error(), "\n")
	}
	for _, problem := range problems {
		rows = append(rows, []string{file, problem})
	}
	if err == nil {
		rows = append(rows, []string{file, ""})
	}
	if err := s.print(struct {
		File     string   `json:"file"`
		Problems []string `json:"problems"`
	}{File: file, Problems: problems}, rows...); err != nil {
		return err
	}
	if err != nil {
		return codedError{
			error: fmt.Errorf("the policy in %q has %d problems; correct them before a gate opens with it", file, len(problems)),
			code:  exitRefused,
		}
	}
	return nil
}

// readJSON reads a file that the caller has named.
func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		code := exitFailed
		if os.IsNotExist(err) {
			code = exitNotFound
		}
		return codedError{error: fmt.Errorf("the file cannot be read: %w; give the path of a file of JSON", err), code: code}
	}
	if err := json.Unmarshal(data, into); err != nil {
		return codedError{error: fmt.Errorf("%q cannot be understood: %w; correct the file", file, err), code: exitRefused}
	}
	return nil
}
