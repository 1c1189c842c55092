package pgstore

import (
	"context"
	"errors"
	"io"
	"net"

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
// end a transaction. When the database refuses one, everything is rolled back,
// and the error is an [idempotency.StatementError]. How long they wait for locks
// is up to the connection's own lock_timeout. queue is called again when there is
// a record, or another transaction is about to write one: then it takes more
// round trips, and waits as [Store.Transact] does.
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
	if err == nil {
		return idempotency.Claimed{Won: true, Record: idempotency.Record{
			State: f.State, Owner: c.Owner, Fence: 1, Fingerprint: c.Fingerprint, Result: f.Result, Info: c.Info.Kept(),
		}}, nil
	}
	answer, answered := answerOf(err)
	switch {
	case refused(err, insert), answered && written:
		return idempotency.Claimed{}, &idempotency.StatementError{Err: err}
	case answered && answer.Code == "23505" && answer.TableName == s.table && answer.ConstraintName == s.table+"_pkey",
		answered && answer.Code == "55P03": // lock_not_available
		return s.taken(ctx, c, f, queue)
	case answered:
		return idempotency.Claimed{}, idempotency.StoreError("pgstore: could not send the batch", err)
	}
	return sqlstore.Settle(ctx, s.Records, idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: 1}, err)
}

// answerOf is what the server has answered, and whether that means that nothing
// was written. Else the connection is lost, and nobody knows.
func answerOf(err error) (answer *pgconn.PgError, answered bool) {
	answered = errors.As(err, &answer) && answer.SeverityUnlocalized == "ERROR"
	return answer, answered
}

// refused reports whether the server, or pgx before it has sent anything, has
// refused one of the statements that sql does not name.
func refused(err error, sql string) bool {
	var unsent pgx.ErrPreprocessingBatch
	var network net.Error
	if !errors.As(err, &unsent) || unsent.SQL() == sql {
		return false
	}
	_, answered := answerOf(err)
	return answered || !errors.As(err, &network) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF)
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
		err := tx.SendBatch(ctx, batch).Close()
		if _, answered := answerOf(err); answered || refused(err, "") {
			return idempotency.Final{}, &idempotency.StatementError{Err: err}
		}
		return f, idempotency.StoreError("pgstore: could not send the batch", err)
	})
}
