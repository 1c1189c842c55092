package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// The states of a record, by the number that stores keep.
var states = []string{"", "in-progress", "completed", "failed", "pending", "indeterminate", "released"}

// A record is what the tool shows of a record. Results, progress and fingerprints may hold
// personal data, so only their sizes are shown.
type record struct {
	Key           string      `json:"key"`
	State         string      `json:"state"`
	Abandoned     bool        `json:"abandoned"`
	Fence         int64       `json:"fence"`
	TakenOver     bool        `json:"takenOver"`
	AgeSeconds    int64       `json:"ageSeconds"`
	LeaseSeconds  int64       `json:"leaseSeconds"`
	ResultBytes   int         `json:"resultBytes"`
	ProgressBytes int         `json:"progressBytes"`
	Info          driver.Info `json:"info"`
}

func recordOf(key driver.Key, r driver.Record) record {
	state := fmt.Sprintf("unknown (%d)", r.State)
	if int(r.State) > 0 && int(r.State) < len(states) {
		state = states[r.State]
	}
	out := record{
		Key: key.String(), State: state, Fence: r.Fence, TakenOver: r.TakenOver, AgeSeconds: int64(r.Age / time.Second),
		ResultBytes: len(r.Result), ProgressBytes: len(r.Progress), Info: r.Info,
	}
	if r.State == driver.StateInProgress {
		out.LeaseSeconds = int64(r.Remaining / time.Second)
		out.Abandoned = r.Remaining <= 0
	}
	return out
}

func (r record) row() []string {
	return []string{
		r.Key, r.State, strconv.FormatBool(r.Abandoned), strconv.FormatInt(r.Fence, 10), (time.Duration(r.AgeSeconds) * time.Second).String(),
		r.Info.ActivityType, r.Info.WorkflowID,
	}
}

var recordColumns = []string{"KEY", "STATE", "ABANDONED", "FENCE", "AGE", "ACTIVITY", "WORKFLOW"}

func idempotencyCommand(s *session) *cobra.Command {
	c := group("idempotency", "Records of idempotent activities", listRecords(s), showRecord(s), resolveRecord(s), sweepCommand(s))
	flags := c.PersistentFlags()
	flags.StringVar(&s.records.store, "store", "", "sqlite:PATH, postgres://… or redis://…, instead of "+storeVariable)
	flags.StringVar(&s.records.passwordFile, "password-file", "", "file with the password of the store, instead of "+passwordVariable)
	flags.StringVar(&s.records.table, "table", "", "name of the table, if it is not idempotency_record")
	flags.StringVar(&s.records.schema, "schema", "", "schema of the table, with PostgreSQL")
	flags.StringVar(&s.records.prefix, "prefix", "", "prefix of the keys, with Redis, if it is not idempotency:")
	return c
}

// withStore calls do with the store, within the timeout.
func withStore(s *session, cmd *cobra.Command, do func(context.Context, driver.Admin) error) error {
	ctx, cancel := context.WithTimeout(cmd.Context(), s.timeout)
	defer cancel()
	store, closeStore, err := openStore(s, ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	return do(ctx, store)
}

func listRecords(s *session) *cobra.Command {
	var state, after string
	var q driver.Query
	c := &cobra.Command{
		Use: "list", Short: "List records, ordered by key", Args: arguments(), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if q.State, err = stateOf(state); err != nil {
				return err
			}
			if after != "" {
				if q.After, err = driver.ParseKey(after); err != nil {
					return usage("--after: %w", err)
				}
			}
			if q.Limit < 1 || q.Limit > 10_000 {
				return usage("the limit is %d; set --limit to 1 to 10000", q.Limit)
			}
			return withStore(s, cmd, func(ctx context.Context, store driver.Admin) error {
				entries, err := store.List(ctx, q)
				if err != nil {
					return err
				}
				out, rows := []record{}, [][]string{recordColumns}
				for _, e := range entries {
					r := recordOf(e.Key, e.Record)
					out, rows = append(out, r), append(rows, r.row())
				}
				if len(out) == q.Limit {
					s.note("there may be more; list them with --after %s\n", out[len(out)-1].Key)
				}
				return s.print(out, rows...)
			})
		},
	}
	c.Flags().StringVar(&state, "state", "", "only records in this state: "+strings.Join(states[1:], ", "))
	c.Flags().BoolVar(&q.Abandoned, "abandoned", false, "only records in progress past their lease")
	c.Flags().StringVar(&after, "after", "", "only records after this key")
	c.Flags().IntVar(&q.Limit, "limit", 100, "the most records")
	_ = c.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(states[1:], cobra.ShellCompDirectiveNoFileComp))
	return c
}

func stateOf(name string) (driver.State, error) {
	for i, state := range states {
		if state == name {
			return driver.State(i), nil
		}
	}
	return 0, usage("the state is %q; set --state to one of %s", name, strings.Join(states[1:], ", "))
}

func showRecord(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "show KEY", Short: "Show one record", Args: arguments("KEY"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := driver.ParseKey(args[0])
			if err != nil {
				return usage("%w", err)
			}
			return withStore(s, cmd, func(ctx context.Context, store driver.Admin) error {
				got, err := store.Get(ctx, key)
				if err != nil {
					return fmt.Errorf("key %s: %w", key, err)
				}
				r := recordOf(key, got)
				return s.print(r, recordColumns, r.row())
			})
		},
	}
}
