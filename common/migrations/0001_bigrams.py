"""Search that knows no language: a text's pairs of neighbouring characters, and each Chinese character by itself.

A word that stands in a text has no pair that the text has not, so an index over the pairs finds all texts that may hold
it, in Chinese as in English; what is found is compared once more. Pairs are numbers: two of them may be the same, which
costs a comparison, and numbers sort faster than texts and by no language's rules.
"""

from django.db import migrations

BIGRAMS = r"""
-- Without differences of case and width; most of the time goes into the latter, which plain letters do not have.
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length($1) = length($1) THEN lower($1) ELSE lower(normalize($1, NFKC)) END
$$;
CREATE FUNCTION bigrams(text) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
    SELECT ARRAY(
            SELECT (ascii(here) << 15) # ascii(next)
            FROM unnest(string_to_array(folded, NULL), string_to_array(substr(folded, 2), NULL)) AS pair(here, next)
            WHERE next IS NOT NULL
        ) || CASE WHEN octet_length(folded) > length(folded) THEN ARRAY(
            SELECT ascii(here) FROM unnest(string_to_array(folded, NULL)) AS single(here) WHERE ascii(here) >= 11904
        ) END
    FROM (SELECT public.folded($1) OFFSET 0) AS text(folded)
$$;
CREATE FUNCTION word_bigrams(text) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT unnest(public.bigrams(word)) FROM regexp_split_to_table($1, '\s+') AS word)
$$;
CREATE FUNCTION word_patterns(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(
        SELECT '%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%'
        FROM regexp_split_to_table(public.folded($1), '\s+') AS word WHERE word <> ''
    )
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [migrations.RunSQL(BIGRAMS, "DROP FUNCTION word_bigrams, bigrams, word_patterns, folded")]
