package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// A session has what all commands share: the settings, and where output goes.
type session struct {
	environment
	output     string
	timeout    time.Duration
	connection connection
	records    records
}

func newRoot(env environment) *cobra.Command {
	s := &session{environment: env}
	root := &cobra.Command{
		Use:           "temporal-patterns",
		Short:         "Approvals, policies and idempotency records of temporal-patterns",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs, // needsCommand names the unknown one
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if s.output != "table" && s.output != "json" {
				return usage("the output is %q; set --output to table or json", s.output)
			}
			if s.timeout <= 0 {
				return usage("the timeout is %s; set --timeout to a positive duration, such as 30s", s.timeout)
			}
			return nil
		},
		RunE: needsCommand,
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&s.output, "output", "o", "table", "table or json")
	flags.DurationVar(&s.timeout, "timeout", 30*time.Second, "how long a call may take")
	root.AddCommand(approvalsCommand(s), policyCommand(s), idempotencyCommand(s), searchAttributesCommand(s))
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%w; see %s --help", err, c.CommandPath())
	})
	root.SetOut(env.stdout) // before the completion command takes it
	root.InitDefaultCompletionCmd()
	if c, _, err := root.Find([]string{"completion"}); err == nil && c != root {
		c.Args, c.RunE = cobra.ArbitraryArgs, needsCommand
	}
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return root
}

// group returns a command that only has commands of its own.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, RunE: needsCommand}
	c.AddCommand(commands...)
	return c
}

func needsCommand(c *cobra.Command, args []string) error {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	got := "no command"
	if len(args) > 0 {
		got = fmt.Sprintf("the unknown command %q", args[0])
	}
	return usage("%s was given %s; give one of %s", c.CommandPath(), got, strings.Join(names, ", "))
}

// arguments returns a check of the arguments of a command, by their names.
func arguments(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usage("%s takes %d arguments (%s) and got %d; see %s --help",
				c.CommandPath(), len(names), strings.Join(names, ", "), len(args), c.CommandPath())
		}
		for i, arg := range args {
			if arg == "" {
				return usage("the argument %s is empty; see %s --help", names[i], c.CommandPath())
			}
		}
		return nil
	}
}
