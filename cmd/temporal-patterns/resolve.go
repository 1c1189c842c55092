package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func resolveRecord(s *session) *cobra.Command {
	var fence int64
	var as, result, message string
	c := &cobra.Command{
		Use: "resolve KEY", Short: "Say what became of work that is indeterminate, pending or abandoned",
		Args: arguments("KEY"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := driver.ParseKey(args[0])
			switch {
			case err != nil:
				return usage("%w", err)
			case fence < 1:
				return usage("the fence is %d; set --fence to the one that idempotency show tells", fence)
			case as != "completed" && as != "failed" && as != "released":
				return usage("the new state is %q; set --as to completed, failed or released", as)
			case (as == "completed") != (result != "") || (as == "completed" && !json.Valid([]byte(result))):
				return usage("set --result to what the activity would have returned, as JSON, with --as completed and not otherwise")
			case (as == "failed") != (message != ""):
				return usage("set --message to what has failed, with --as failed and not otherwise")
			}
			return withStore(s, cmd, func(ctx context.Context, store driver.Admin) error {
				if err := resolve(ctx, store, key, fence, as, result, message); err != nil {
					return explainResolve(key, fence, err)
				}
				return s.print(struct {
					Key   string `json:"key"`
					State string `json:"state"`
				}{Key: key.String(), State: as}, []string{"KEY", "STATE"}, []string{key.String(), as})
			})
		},
	}
	c.Flags().Int64Var(&fence, "fence", 0, "fence of the record as you have seen it")
	c.Flags().StringVar(&as, "as", "", "completed, failed, or released so that the work is done again")
	c.Flags().StringVar(&result, "result", "", "what the activity would have returned, as JSON; it is kept unencrypted")
	c.Flags().StringVar(&message, "message", "", "what has failed")
	_ = c.RegisterFlagCompletionFunc("as",
		cobra.FixedCompletions([]string{"completed", "failed", "released"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// resolve writes the result as programs with the default data converter do.
func resolve(ctx context.Context, store driver.Admin, key driver.Key, fence int64, as, result, message string) error {
	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	switch as {
	case "completed":
		return guard.Resolve(ctx, key, fence, json.RawMessage(result))
	case "failed":
		return guard.ResolveError(ctx, key, fence, temporal.NewNonRetryableApplicationError(message, "Resolved", nil))
	default:
		return guard.Retry(ctx, key, fence)
	}
}

func explainResolve(key driver.Key, fence int64, err error) error {
	if errors.Is(err, driver.ErrLeaseLost) {
		return codedError{error: fmt.Errorf("the record of key %s was not changed: it has another fence than %d, or is not indeterminate, "+
			"pending or abandoned; look at it with idempotency show", key, fence), code: exitRefused}
	}
	return fmt.Errorf("key %s, fence %d: %w", key, fence, err)
}

func sweepCommand(s *session) *cobra.Command {
	var batch int
	c := &cobra.Command{
		Use: "sweep", Short: "Delete all expired records; --timeout is for each batch", Args: arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if batch < 1 || batch > 10_000 {
				return usage("the batch is %d; set --batch to 1 to 10000", batch)
			}
			store, closeStore, err := openStore(s, cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			sweeper, ok := store.(driver.Sweeper)
			if !ok {
				return codedError{error: errNoSweep, code: exitRefused}
			}
			deleted, err := sweepAll(s, cmd.Context(), sweeper, batch)
			if err != nil {
				return fmt.Errorf("the sweep has stopped after %d records: %w; run it again", deleted, err)
			}
			return s.print(struct {
				Deleted int `json:"deleted"`
			}{Deleted: deleted}, []string{"DELETED"}, []string{fmt.Sprint(deleted)})
		},
	}
	c.Flags().IntVar(&batch, "batch", 500, "the most records that one statement deletes")
	return c
}

// sweepAll deletes a batch at a time until one is not full, and tells its progress at most
// once a second.
func sweepAll(s *session, ctx context.Context, sweeper driver.Sweeper, batch int) (deleted int, err error) {
	var told time.Time
	for {
		once, cancel := context.WithTimeout(ctx, s.timeout)
		n, err := sweeper.Sweep(once, batch)
		cancel()
		deleted += n
		if err != nil || n < batch {
			return deleted, err
		}
		if now := time.Now(); now.Sub(told) >= time.Second {
			told = now
			s.note("deleted %d records so far\n", deleted)
		}
	}
}
