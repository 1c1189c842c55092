package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/policyfile"
)

func policyCommand(s *session) *cobra.Command {
	return group("policy", "Policies of approvals, in files of JSON or YAML",
		lintCommand(s), explainCommand(s), simulateCommand(s), diffCommand(s))
}

// who holds the flags that say who there is.
type who struct{ requester, members string }

func (w *who) add(c *cobra.Command) {
	c.Flags().StringVar(&w.requester, "requester", "", "ID of the actor who makes the request")
	c.Flags().StringVar(&w.members, "members", "", "file with the members of groups: {\"finance\": [\"ann\"]}")
}

// groupMembers reads the file of the flag --members, if there is one.
func (w *who) groupMembers() (policy.GroupMembers, error) {
	if w.members == "" {
		return nil, nil
	}
	data, err := readFile(w.members)
	if err != nil {
		return nil, err
	}
	members, err := policyfile.ParseMembers(data)
	return members, refusedFile(w.members, err)
}

func lintCommand(s *session) *cobra.Command {
	var w who
	c := &cobra.Command{
		Use: "lint FILE", Short: "Check the policies of a file; code 4 if they have problems",
		Args: arguments("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			members, err := w.groupMembers()
			if err != nil {
				return err
			}
			return lintPolicies(s, args[0], policy.LintOptions{Requester: w.requester, GroupMembers: members})
		},
	}
	w.add(c)
	return c
}

func lintPolicies(s *session, file string, o policy.LintOptions) error {
	data, err := readFile(file)
	if err != nil {
		return err
	}
	problems := problemsOf(data, o)
	rows := [][]string{{"FILE", "PROBLEM"}}
	for _, problem := range problems {
		rows = append(rows, []string{file, problem})
	}
	if len(problems) == 0 {
		rows = append(rows, []string{file, ""})
	}
	if err := s.print(struct {
		File     string   `json:"file"`
		Problems []string `json:"problems"`
	}{File: file, Problems: problems}, rows...); err != nil {
		return err
	}
	if len(problems) > 0 {
		return codedError{
			error: fmt.Errorf("%q has %d problems; correct them before a gate opens with it", file, len(problems)),
			code:  exitRefused,
		}
	}
	return nil
}

// problemsOf returns what is wrong with a file, or else with the policies in it.
func problemsOf(data []byte, o policy.LintOptions) []string {
	all := []string{}
	f, err := policyfile.Parse(data)
	if found, ok := policyfile.AsProblems(err); ok {
		for _, p := range found {
			all = append(all, p.String())
		}
		return all
	}
	for _, e := range f.Entries {
		for i, tier := range e.Tiers {
			if err := policy.Lint(tier.Policy, o); err != nil {
				for line := range strings.SplitSeq(err.Error(), "\n") {
					all = append(all, labelOf(e, i)+line)
				}
			}
		}
	}
	return all
}

// labelOf returns the beginning of a line about a tier of an entry, from 0.
func labelOf(e policyfile.Entry, tier int) (label string) {
	if e.Name != "" {
		label = e.Name + ": "
	}
	if e.HasTiers {
		label += fmt.Sprintf("tier %d: ", tier+1)
	}
	return label
}

// readPolicies reads a file of policies that the caller has named.
func readPolicies(file string) (policyfile.File, error) {
	data, err := readFile(file)
	if err != nil {
		return policyfile.File{}, err
	}
	f, err := policyfile.Parse(data)
	return f, refusedFile(file, err)
}

func readFile(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		code := exitFailed
		if os.IsNotExist(err) {
			code = exitNotFound
		}
		return nil, codedError{error: fmt.Errorf("the file cannot be read: %w; give the path of a file of JSON or YAML", err), code: code}
	}
	return data, nil
}

func refusedFile(file string, err error) error {
	if err == nil {
		return nil
	}
	return codedError{error: fmt.Errorf("%q has errors: %w; correct the file", file, err), code: exitRefused}
}
