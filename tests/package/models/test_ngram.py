"""The n-gram model: ratios of counts, Kneser-Ney, and a walk written in pieces."""

import warnings
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from collapse_utils import accumulate, replace, simulate
from collapse_utils.models import ngram
from collapse_utils.models.categorical import Categorical
from collapse_utils.models.ngram import NGram
from tests.support.law import FALSE_ALARM, Z_LIMIT, p_same_law, z_score
from tests.support.model_example import TOKENS, Example

EXAMPLE = Example(
    model=NGram(2, 4),
    arguments={"order": 2, "n_types": 4, "smoothing": "kneser-ney", "discount": 0.5},
    data=TOKENS,
    truth={"text": TOKENS[0]},
    others={"tokens": TOKENS[0], "context": [1], "floor": 0.01},
)
SEEDS = [51, 52, 53]
TEXT = np.array([0, 1, 2, 0, 1, 3, 0, 2, 0, 1, 1, 0, 4, 0, 1, 2])
BRANCHING = np.tile([0, 1, 1, 2, 0, 2, 1, 0, 0, 3, 1, 2, 2, 0, 1, 3, 3, 0, 2, 4], 2)[:37]


def rng(seed):
    return np.random.default_rng(seed)


def grams(text, order, circular=True):
    """Return the list of n-grams of one text, as tuples."""
    text = [int(token) for token in text]
    if circular:
        text = text[len(text) - order + 1 :] + text if order > 1 else text
    return [tuple(text[i : i + order]) for i in range(len(text) - order + 1)]


def literal_copy(text, order, n_tokens, rng):
    """Write a text token by token, copying the successor of a random equal context."""
    following = {}
    for gram in grams(text, order):
        following.setdefault(gram[:-1], []).append(gram[-1])
    start = rng.integers(len(text))
    context = grams(text, order)[start][:-1]
    written = []
    for _ in range(n_tokens):
        options = following[context]
        written.append(options[rng.integers(len(options))])
        context = (*context, written[-1])[1:]
    return written


def literal_kneser_ney(text, context, token, discount):
    """Return p(token | context) of interpolated Kneser-Ney, from the definition."""
    order = len(context) + 1

    def tables(length, highest):
        if highest:
            return Counter(grams(text, length))
        return Counter(gram[1:] for gram in set(grams(text, length + 1)))

    def probability(context, token, highest):
        counts = tables(len(context) + 1, highest)
        here = {gram: c for gram, c in counts.items() if gram[:-1] == context}
        total = sum(here.values())
        if not context:
            return here.get((token,), 0) / total
        lower = probability(context[1:], token, False)
        if not here:
            return lower
        kept = max(here.get((*context, token), 0) - discount, 0)
        return (kept + discount * len(here) * lower) / total

    assert order > 1
    return probability(tuple(context), token, True)


def summaries(texts):
    """Reduce texts, shape (n_chains, n), to samples that see single tokens and long runs."""
    pairs = 5 * texts[:, :-1] + texts[:, 1:]
    distinct = [len(set(row)) for row in pairs.tolist()]
    turns = (texts[:, 1:] == 0).argmax(axis=1)
    repeats = (pairs[:, 2:] == pairs[:, :-2]).sum(axis=1)
    return [(texts == 1).sum(1), (texts == 4).sum(1), np.array(distinct), turns, repeats]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("order", [2, 3])
def test_pieces_side_by_side_are_one_walk(order, seed):
    """Against a loop over tokens; false-alarm rate 1e-4. More pieces than is wise, on purpose."""
    first, second = rng(seed).spawn(2)
    texts = np.tile(TEXT, (1200, 1))
    contexts, step = ngram._copier(texts, 5, order, 1.0, first)
    pieces = ngram._write(contexts, step, 30, first, n_pieces=6)
    literal = np.array([literal_copy(TEXT, order, 30, second) for _ in range(1200)])
    assert p_same_law(summaries(pieces), summaries(literal)) > FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_the_walk_test_notices_seams(seed):
    """Independent texts glued together, instead of pieces that end where the next begins."""
    first, second = rng(seed).spawn(2)
    short = NGram(2, 5).sample({"text": np.tile(TEXT, (6 * 1200, 1))}, 5, first)
    literal = np.array([literal_copy(TEXT, 2, 30, second) for _ in range(1200)])
    assert p_same_law(summaries(short.reshape(1200, 30)), summaries(literal)) < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_kneser_ney_in_pieces_is_one_walk(seed):
    """One piece against several; false-alarm rate 1e-4."""
    texts = np.tile(TEXT, (1500, 1))
    written = []
    for n_pieces, child in zip((1, 5), rng(seed).spawn(2), strict=True):
        contexts, step = ngram._shortener(texts, 5, 3, 0.75, child)
        written.append(summaries(ngram._write(contexts, step, 30, child, n_pieces)))
    assert p_same_law(*written) > FALSE_ALARM


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_copied_text_holds_no_new_ngram(order):
    """No seam shows: every window of a long text occurs in the training text."""
    trained = rng(1).choice(12, 3000, p=np.arange(1, 13) / 78)
    model = NGram(order, 12)
    parameters = model.fit(np.stack([trained, trained[::-1]]))
    written = model.sample(parameters, 5000, rng(2))
    assert written.shape == (2, 5000)
    for text, source in zip(written, parameters["text"], strict=True):
        assert set(grams(text, order, circular=False)) <= set(grams(source, order))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("smoothing", ["none", "kneser-ney"])
@pytest.mark.parametrize("order", [2, 3])
def test_tokens_follow_contexts_as_the_law_says(order, smoothing, seed):
    """Chi-square of what follows each context that was written often; false-alarm rate 1e-4."""
    model = NGram(order, 5, smoothing)
    parameters = model.fit(BRANCHING[None])
    windows = np.array(grams(model.sample(parameters, 40_000, rng(seed))[0], order, False))
    values = []
    for context in np.unique(windows[:, :-1], axis=0):
        after = windows[(windows[:, :-1] == context).all(axis=1), -1]
        law = model.next_token(parameters, context)[0]
        observed = np.bincount(after, minlength=5)
        assert not observed[law == 0].any()
        if len(after) > 500 and (law > 0).sum() > 1:
            alive = law > 0
            values.append(stats.chisquare(observed[alive], law[alive] * len(after)).pvalue)
    assert len(values) >= 3 and min(values) * len(values) > FALSE_ALARM


@pytest.mark.parametrize("order", [2, 3, 4])
def test_kneser_ney_is_its_definition_and_sums_to_one(order):
    model = NGram(order, 6, "kneser-ney", discount=0.6)
    parameters = model.fit(np.stack([TEXT, TEXT[::-1]]))
    for context in np.ndindex(*(6,) * (order - 1)):
        law = model.next_token(parameters, context)
        np.testing.assert_allclose(law.sum(axis=1), 1)
        if sum(context) % 4 == 0:
            expected = [literal_kneser_ney(TEXT, context, w, 0.6) for w in range(6)]
            np.testing.assert_allclose(law[0], expected, atol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_maximum_likelihood_is_the_ratio_of_counts(order):
    model = NGram(order, 5)
    parameters = model.fit(TEXT[None])
    counts = Counter(grams(TEXT, order))
    for gram in counts:
        total = sum(c for other, c in counts.items() if other[:-1] == gram[:-1])
        law = model.next_token(parameters, gram[:-1])[0]
        assert law[gram[-1]] == pytest.approx(counts[gram] / total)
        assert law.sum() == pytest.approx(1)


@pytest.mark.parametrize("smoothing", ["none", "kneser-ney"])
def test_log_probability_adds_up_window_by_window(smoothing):
    model = NGram(3, 6, smoothing)
    parameters = model.fit(np.stack([TEXT, TEXT[::-1]]))
    unseen = np.array([0, 1, 2, 0, 5, 1, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for floor in (0.0, 0.1):
            logs = model.log_probability(parameters, unseen, floor)
            assert logs.shape == (2, 5)
            for i in range(5):
                law = model.next_token(parameters, unseen[i : i + 2], floor)
                np.testing.assert_allclose(np.exp(logs[:, i]), law[:, unseen[i + 2]])
            perplexity = model.perplexity(parameters, unseen, floor)
            np.testing.assert_allclose(perplexity, np.exp(-logs.mean(1)))
        assert np.isinf(model.perplexity(parameters, unseen)).all()
        assert np.isfinite(model.perplexity(parameters, unseen, 0.1)).all()
    each = model.log_probability(parameters, parameters["text"])
    np.testing.assert_array_equal(each[0], model.log_probability(parameters, TEXT)[0])
    seen = model.next_token(parameters, [0, 1], 0.25)
    assert seen.sum(axis=1) == pytest.approx(1) and (seen > 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_predicts_its_own_text_at_its_entropy(seed):
    """The mean of -log p over fresh text against the entropy rate; false-alarm rate 1e-4."""
    model, chains = NGram(2, 5), 400
    parameters = model.fit(np.tile(TEXT, (chains, 1)))
    logs = model.log_probability(parameters, model.sample(parameters, 101, rng(seed)))
    laws = np.array([model.next_token(parameters, [x])[0] for x in range(5)])
    rate = parameters["unigram"][0] @ stats.entropy(laws, axis=1)
    assert abs(z_score(-logs.mean(axis=1), rate)) < Z_LIMIT
    assert abs(z_score(-logs.mean(axis=1), stats.entropy(parameters["unigram"][0]))) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_temperature_raises_each_law_to_a_power(temperature, seed):
    """Chi-square of the successors of one context; false-alarm rate 1e-4."""
    model = NGram(2, 5)
    parameters = model.fit(TEXT[None])
    text = model.sample(parameters, 20_000, rng(seed), temperature=temperature)[0]
    law = model.next_token(parameters, [0])[0] ** (1 / temperature)
    observed = np.bincount(text[1:][text[:-1] == 0], minlength=5)
    alive = law > 0
    expected = law[alive] / law.sum() * observed.sum()
    assert not observed[~alive].any()
    assert stats.chisquare(observed[alive], expected).pvalue > FALSE_ALARM
    plain = model.next_token(parameters, [0])[0][alive] * observed.sum()
    assert stats.chisquare(observed[alive], plain).pvalue < FALSE_ALARM


def test_temperatures_multiply_and_reach_the_loop():
    model = NGram(2, 5)
    parameters = model.heat(model.fit(TEXT[None]), 0.5)
    twice = model.sample(parameters, 200, rng(9), temperature=0.8)
    np.testing.assert_array_equal(
        twice, model.sample({"text": TEXT[None]}, 200, rng(9), temperature=0.4)
    )
    options = dict(n_generations=4, n_samples=300, n_chains=5, truth={"text": TEXT})
    entropy = [
        simulate(model, replace(), temperature=t, rng=rng(10), **options)["entropy"][-1].mean()
        for t in (0.3, 1.0)
    ]
    assert entropy[0] < 0.8 * entropy[1]


def test_a_cold_walk_that_is_trapped_still_ends():
    """At temperature 0.01 the commonest context is hardly left: pieces must not wait for it."""
    text = np.concatenate([np.zeros(40, int), [1], np.tile([2, 3], 15), [4]])
    written = NGram(2, 5).sample({"text": text[None]}, 2000, rng(3), temperature=0.01)
    assert written.shape == (1, 2000)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", [replace(), accumulate()], ids=lambda w: w.name)
def test_order_one_is_the_categorical_loop(workflow, seed):
    """False-alarm rate 1e-4."""
    law = np.bincount(TEXT) / len(TEXT)
    options = dict(n_generations=3, n_samples=20, n_chains=1500)
    first, second = rng(seed).spawn(2)
    text = simulate(NGram(1, 5), workflow, truth={"text": TEXT}, rng=first, **options)
    counts = simulate(
        Categorical(5), workflow, truth={"probability": law}, exact=True, rng=second, **options
    )
    pairs = [
        (text[name][g], counts[name][g])
        for name in ("support", "heterozygosity", "entropy")
        for g in (1, 3)
    ]
    pairs.append((text["unigram"][-1, :, 2], counts["probability"][-1, :, 2]))
    assert p_same_law(*zip(*pairs, strict=True)) > FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("order", [2, 3])
def test_words_are_kept_as_in_the_unigram_loop(order, seed):
    """Types after n rewritings are near sum 1 - exp(-c_i g_n), whatever the order.

    The law is exact for independent Poisson counts only, so that 5 % are allowed.
    """
    weight = 1 / np.arange(1, 801)
    text = rng(seed).choice(800, 8000, p=weight / weight.sum())
    history = simulate(
        NGram(order, 800),
        replace(),
        n_generations=5,
        n_samples=8000,
        data=text,
        n_chains=3,
        record=["support"],
        rng=rng(seed + 100),
    )
    c, g = np.bincount(text), 1.0
    for generation in range(1, 6):
        predicted = -np.expm1(-c * g).sum()
        g = -np.expm1(-g)
        assert history["support"][generation].mean() == pytest.approx(predicted, rel=0.05)


def test_histories_keep_frequencies_or_whatever_is_asked_for():
    for workflow in (replace(), accumulate()):
        options = dict(n_generations=3, n_samples=40, n_chains=2, truth={"text": TEXT})
        history = simulate(NGram(2, 5, "kneser-ney"), workflow, rng=rng(4), **options)
        assert history["unigram"].shape == (4, 2, 5)
        assert history["support"].shape == history["entropy"].shape == (4, 2)
        np.testing.assert_allclose(history["unigram"].sum(-1), 1)
        assert history.truth["support"] == 5 and history.truth["ngram_types"] == 10
    with pytest.raises(KeyError, match="needs 'text', which was not recorded"):
        history["ngram_types"]
    record = ["text", "ngram_types"]
    history = simulate(NGram(2, 5), replace(), rng=rng(5), record=record, **options)
    assert history["text"].shape == (4, 2, 40)
    expected = [[len(set(grams(t, 2))) for t in row] for row in history["text"]]
    np.testing.assert_array_equal(history["ngram_types"], expected)
    assert (np.diff(history["ngram_types"], axis=0) <= 1).all()


@pytest.mark.parametrize("smoothing", ["none", "kneser-ney"])
def test_a_short_text_and_a_single_type_are_no_trouble(smoothing):
    model = NGram(3, 4, smoothing)
    for text in ([[2]], [[2, 2, 2]], [[0, 3]]):
        written = model.sample(model.fit(text), 7, rng(6))
        assert written.shape == (1, 7)
        assert set(written[0]) <= set(np.ravel(text))


def test_a_vocabulary_larger_than_the_text_is_relabelled():
    """Same numbers of contexts by either labelling."""
    text = rng(7).integers(0, 50, (2, 300))
    sparse = text * 10**9
    small, _ = ngram._contexts(text, 50, 3)
    large, _ = ngram._contexts(sparse, 50 * 10**9, 3)
    pairs = {(int(a), int(b)) for a, b in zip(small.ravel(), large.ravel(), strict=True)}
    assert len(pairs) == len(np.unique(small)) == len(np.unique(large))


def test_equal_seeds_write_equal_texts():
    model = NGram(2, 5, "kneser-ney")
    texts = [model.sample({"text": TEXT[None]}, 500, rng(8)) for _ in range(2)]
    np.testing.assert_array_equal(*texts)


FIT = {"text": TEXT[None]}
PLAIN, SMOOTH = NGram(2, 5), NGram(2, 5, "kneser-ney")


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: NGram(0, 5), ValueError, "order must be at least 1, got 0"),
        (lambda: NGram(1, 5, "kneser-ney"), ValueError, "at least 2 for Kneser-Ney"),
        (lambda: NGram(2, 0), ValueError, "n_types must be at least 1"),
        (lambda: NGram(2, 5, "laplace"), ValueError, "smoothing must be one of 'none'"),
        (lambda: NGram(2, 5, "kneser-ney", 1.5), ValueError, "discount must be at most 1"),
        (lambda: NGram(2, 5, "kneser-ney", 0), ValueError, "discount must be greater than 0"),
        (lambda: PLAIN.truth(), ValueError, "no default truth"),
        (lambda: PLAIN.truth({"tokens": TEXT}), ValueError, "unknown entries"),
        (lambda: PLAIN.truth({"text": [0, 9]}), ValueError, "n_types - 1 = 4, got 9"),
        (lambda: PLAIN.fit(TEXT), ValueError, "must have 2 dimension"),
        (lambda: PLAIN.fit([[0.5]]), ValueError, "whole numbers"),
        (lambda: PLAIN.fit([[np.nan]]), ValueError, "NaN"),
        (lambda: PLAIN.fit([[]]), ValueError, "empty"),
        (lambda: PLAIN.fit([["the"]]), TypeError, "array of real numbers"),
        (lambda: PLAIN.sample(FIT, 0, rng(0)), ValueError, "n_samples must be at least 1"),
        (lambda: PLAIN.sample(FIT, 5, 1), TypeError, "rng must be a numpy"),
        (lambda: PLAIN.sample(FIT, 5, rng(0), 0), ValueError, "temperature must be greater"),
        (lambda: SMOOTH.sample(FIT, 5, rng(0), 0.5), ValueError, "must be 1 for Kneser-Ney"),
        (lambda: PLAIN.perplexity(FIT, [1]), ValueError, "at least order = 2 tokens, got 1"),
        (lambda: PLAIN.perplexity(FIT, [[1, 2]] * 3), ValueError, "one text per chain, 1, got 3"),
        (lambda: PLAIN.perplexity(FIT, [1, 7]), ValueError, "got 7"),
        (lambda: PLAIN.perplexity(FIT, [1, 2], 1.0), ValueError, "floor must be less than 1"),
        (lambda: PLAIN.next_token(FIT, [1, 2]), ValueError, r"order - 1 = 1 token\(s\), got 2"),
        (lambda: PLAIN.next_token(FIT, [5]), ValueError, "context must hold types"),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
