package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// Batch sends the statements that queue puts into a batch together with the
// record of c.Key, which is written as f at once: one transaction, one round
// trip. When the key is not won, nothing of the batch takes effect, and the
// record comes back.
//
// The statements run in their order, behind the record's. They must not begin or
// end a transaction. When one fails, everything is rolled back, and its error is
// returned. No lock is waited for longer than c.Lease. queue is called a second
// time when there is a record that can be had: then it takes more round trips.
func (s *Store) Batch(ctx context.Context, c idempotency.Claim, f idempotency.Final, queue func(b *pgx.Batch) error,
) (idempotency.Claimed, error) {
	if err := errors.Join(c.Validate(), f.Validate()); err != nil {
		return idempotency.Claimed{}, err
	}
	written := false
	batch := &pgx.Batch{}
	insert, args := sqlstore.Insert(s.Records, c, f)
	batch.Queue(insert, args...).Exec(func(pgconn.CommandTag) error { written = true; return nil })
	if err := queue(batch); err != nil {
		return idempotency.Claimed{}, err
	}
	err := s.pool.SendBatch(ctx, batch).Close()
	var answer *pgconn.PgError
	switch {
	case err == nil:
		return idempotency.Claimed{Won: true, Record: idempotency.Record{
			State: f.State, Owner: c.Owner, Fence: 1, Fingerprint: c.Fingerprint, Result: f.Result, Info: c.Info,
		}}, nil
	case !errors.As(err, &answer) || answer.SeverityUnlocalized != "ERROR":
		return sqlstore.Settle(ctx, s.Records, idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: 1}, err)
	case written:
		return idempotency.Claimed{}, &idempotency.StatementError{Err: err}
	case answer.Code == "23505" && answer.TableName == s.table && answer.ConstraintName == s.table+"_pkey":
		return s.taken(ctx, c, f, queue)
	}
	return sqlstore.Blocked(ctx, s.Records, c, fmt.Errorf("pgstore: could not send the batch: %w", err))
}

// taken is for a batch that has found a record. Most often the work is done, and
// reading that is all. Else the claim decides, in a transaction.
func (s *Store) taken(ctx context.Context, c idempotency.Claim, f idempotency.Final, queue func(b *pgx.Batch) error,
) (idempotency.Claimed, error) {
	rec, err := s.Get(ctx, c.Key)
	if err == nil && rec.State != idempotency.Running && rec.State != idempotency.Free {
		return idempotency.Claimed{Record: rec}, nil
	}
	return s.Transact(ctx, c, func(ctx context.Context, tx pgx.Tx, _ idempotency.Record) (idempotency.Final, error) {
		batch := &pgx.Batch{}
		if err := queue(batch); err != nil {
			return idempotency.Final{}, err
		}
		return f, refused(tx.SendBatch(ctx, batch).Close())
	})
}

// refused tells what the database has refused from what has become of the connection.
func refused(err error) error {
	var answer *pgconn.PgError
	if errors.As(err, &answer) && answer.SeverityUnlocalized == "ERROR" {
		return &idempotency.StatementError{Err: err}
	}
	return err
}
