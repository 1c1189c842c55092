package classify

import (
	"context"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// SQLState classifies errors with a method SQLState() string, such as those of pgx and
// lib/pq, and those with pgx's method SafeToRetry() bool.
//
//   - Retryable: conflicts (40001, 40P01, 55P03), canceled statements (57014)
//     unless the activity has ended, shutdowns (57P01 to 57P03, 57P05), the
//     classes 53 (resources) and 08 (connection), and prepared statements that are
//     stale after a migration or behind a pooler (0A000 about a cached plan, 42P05,
//     26000): the next attempt prepares them again.
//   - Non-retryable: the classes 22 (data), 23 (constraints), 28 (login), 42 (syntax
//     and permission), and 0A (not supported) if the text says so in English. In
//     another language it may be about a cached plan.
//
// See https://www.postgresql.org/docs/current/errcodes-appendix.html.
//
// If a retry violates a constraint (23505), the row may be the first attempt's own:
// that attempt has taken effect.
func SQLState(ctx context.Context, err error) Classification {
	code, text, safe := "", "", false
	failure.Walk(err, func(err error) bool {
		if e, ok := err.(interface{ SQLState() string }); ok {
			code, text = e.SQLState(), err.Error()
		}
		if e, ok := err.(interface{ SafeToRetry() bool }); ok {
			safe = safe || e.SafeToRetry()
		}
		return code != ""
	})
	switch {
	case len(code) == 5:
	case safe:
		return Classification{Retryability: Retryable, Type: "NotSent"}
	default:
		return Classification{}
	}
	v := Classification{Retryability: ofSQLState(code, text), Type: "SQLSTATE " + code}
	if v.Retryability == Unknown || code == "57014" && ctx.Err() != nil {
		return Classification{}
	}
	return v
}

func ofSQLState(code, text string) Retryability {
	switch code {
	case "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57P05", "57014", "42P05", "26000":
		return Retryable
	}
	switch code[:2] {
	case "53", "08":
		return Retryable
	case "22", "23", "28", "42":
		return NonRetryable
	case "0A":
		switch {
		case strings.Contains(text, "cached plan"):
			return Retryable
		case strings.Contains(text, "cannot "), strings.Contains(text, "not supported"), strings.Contains(text, "not implemented"):
			return NonRetryable
		}
	}
	return Unknown
}
