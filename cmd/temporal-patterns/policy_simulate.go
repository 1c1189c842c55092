package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

// A simulation holds the flags of the command.
type simulation struct {
	who
	name   string
	amount int64
	waited time.Duration
	votes  []string
}

func simulateCommand(s *session) *cobra.Command {
	var o simulation
	c := &cobra.Command{
		Use: "simulate FILE", Short: "Say who can approve, and which smallest groups of people suffice",
		Args: arguments("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			result, err := o.run(args[0])
			if err != nil {
				return err
			}
			return s.print(result, simulationRows(result)...)
		},
	}
	o.add(c)
	flags := c.Flags()
	flags.StringVar(&o.name, "name", "", "name of the policy, in a file with names")
	flags.Int64Var(&o.amount, "amount", 0, "amount that chooses the policy of a tier")
	flags.DurationVar(&o.waited, "waited", 0, "how long each stage has waited, for escalations")
	flags.StringArrayVar(&o.votes, "vote", nil, "a vote that was cast, such as ann=approve; in order, several times")
	return c
}

func (o *simulation) run(file string) (analysis.Result, error) {
	none := analysis.Result{}
	options := analysis.Options{Requester: o.requester, Waited: o.waited}
	for _, text := range o.votes {
		actor, choice, ok := strings.Cut(text, "=")
		if !ok || actor == "" || choice == "" {
			return none, usage("the vote is %q; write an actor and a choice, such as ann=approve", text)
		}
		options.Votes = append(options.Votes, analysis.Vote{Actor: actor, Choice: policy.Choice(choice)})
	}
	f, err := readPolicies(file)
	if err != nil {
		return none, err
	}
	p, err := f.Policy(o.name, o.amount)
	if err != nil {
		return none, usage("%w", err)
	}
	if options.GroupMembers, err = o.groupMembers(); err != nil {
		return none, err
	}
	result, err := analysis.Simulate(p, options)
	return result, refusedFile(file, err)
}

func simulationRows(r analysis.Result) [][]string {
	rows := [][]string{{"WHAT", "VALUE"}, {"state", strings.TrimSpace(string(r.State) + " " + r.Explanation)}}
	for _, v := range r.Votes {
		outcome := "counts"
		if v.Refused != "" {
			outcome = "refused: " + v.Refused
		}
		rows = append(rows, []string{"vote", v.Actor + " " + string(v.Choice) + ": " + outcome})
	}
	for _, p := range r.People {
		text := p.ID + " may approve: " + strings.Join(p.CountsFor, ", ")
		if !p.MayApprove {
			text = p.ID + " may not approve: " + p.Why
		}
		rows = append(rows, []string{"person", text})
	}
	for _, t := range r.Teams {
		rows = append(rows, []string{"suffices", t.String()})
	}
	switch {
	case r.IsPartial:
		rows = append(rows, []string{"suffices", "and more"})
	case r.State == policy.StateOpen && len(r.Teams) == 0:
		rows = append(rows, []string{"suffices", "no group of people"})
	}
	return rows
}
