package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/policyfile"
)

// An explanation holds what a policy says, in sentences.
type explanation struct {
	Name      string   `json:"name,omitempty"`
	Sentences []string `json:"sentences"`
}

func explainCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "explain FILE", Short: "Say in sentences what the policies of a file mean",
		Args: arguments("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := readPolicies(args[0])
			if err != nil {
				return err
			}
			var all []explanation
			rows := [][]string{{"POLICY", "SENTENCE"}}
			for _, e := range f.Entries {
				x := explanation{Name: e.Name, Sentences: sentences(e)}
				for _, sentence := range x.Sentences {
					rows = append(rows, []string{e.Name, sentence})
				}
				all = append(all, x)
			}
			return s.print(all, rows...)
		},
	}
}

func sentences(e policyfile.Entry) []string {
	if e.HasTiers {
		return e.Tiers.Explain()
	}
	return e.Tiers[0].Policy.Explain()
}

// A difference says what changes in a policy of two files.
type difference struct {
	Name string `json:"name,omitempty"`
	// Change is added, removed or changed.
	Change string              `json:"change"`
	Tiers  []analysis.TierDiff `json:"tiers,omitempty"`
}

func diffCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "diff OLD NEW", Short: "Say what changes from one file of policies to another, and for which amounts",
		Args: arguments("OLD", "NEW"),
		RunE: func(_ *cobra.Command, args []string) error {
			before, err := readPolicies(args[0])
			if err != nil {
				return err
			}
			after, err := readPolicies(args[1])
			if err != nil {
				return err
			}
			all, err := differences(before, after)
			if err != nil {
				return err
			}
			return s.print(all, differenceRows(all)...)
		},
	}
}

func differences(before, after policyfile.File) ([]difference, error) {
	all := []difference{}
	for _, e := range before.Entries {
		i := slices.IndexFunc(after.Entries, func(o policyfile.Entry) bool { return o.Name == e.Name })
		if i < 0 {
			all = append(all, difference{Name: e.Name, Change: "removed"})
			continue
		}
		tiers, err := analysis.DiffTiers(e.Tiers, after.Entries[i].Tiers)
		if err != nil {
			return nil, fmt.Errorf("the policies %q cannot be compared: %w", e.Name, err)
		}
		if len(tiers) > 0 {
			all = append(all, difference{Name: e.Name, Change: "changed", Tiers: tiers})
		}
	}
	for _, e := range after.Entries {
		if !slices.Contains(before.Names(), e.Name) {
			all = append(all, difference{Name: e.Name, Change: "added"})
		}
	}
	return all, nil
}

func differenceRows(all []difference) [][]string {
	rows := [][]string{{"POLICY", "AMOUNTS", "CHANGE"}}
	for _, d := range all {
		if d.Change != "changed" {
			rows = append(rows, []string{d.Name, "", d.Change})
		}
		for _, tier := range d.Tiers {
			for _, c := range tier.Changes {
				rows = append(rows, []string{d.Name, tier.Amounts, c.String()})
			}
		}
	}
	return rows
}
