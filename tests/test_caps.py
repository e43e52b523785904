"""Every number that cuts a list or bounds a text is listed here, with what shows that nothing is dropped without a word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TRACKER: Final = Path(__file__).parents[1] / "tracker"
NAME: Final = re.compile(
    r"(^|_)(MAX|MOST|LIMIT|LONGEST|SHOWN|LISTED|OFFERED|RECENT|LATEST|BUSIEST|DELAYS|KEPT|GROUPS|LINES|PREVIEWED|ONCE|ROWS|CAP"
    r"|COUNTED|FIRST|PREVIEW|REPORTED|MANY|SENTENCES|OTHERS|MARGIN|PAGE|SIZE|PLACES|EXAMPLES|LOOKED|PARAGRAPHS|FEW|WHOLE|NEWEST"
    r"|NEAREST|SAMPLES|MATCHES|UPCOMING|EXCERPT)($|_)"
)
# Lists that people see cut, each with its test at one more than fits.
LISTS: Final = {
    "accounts.invitations.SHOWN": "accounts/test_people_pages.py::test_people_page_counts_invitations_it_leaves_out",
    "accounts.queries.PAGE_SIZE": "accounts/test_people_pages.py::test_people_page_lists_accounts_by_pages_of_fifty",
    "api.filters.LIMIT_MAX": "api/test_reads.py::test_unknown_or_unusable_parameter_is_refused_by_name",
    "api.filters.LIMIT_DEFAULT": "api/test_reads.py::test_pages_neither_skip_nor_repeat",
    "api.reading.COUNT_MAX": "api/test_reads.py::test_count_is_capped",
    "articles.queries.OFFERED": "imports/test_caps.py::test_article_beyond_the_list_is_chosen_by_its_title",
    "audit.erasing.SHOWN_MAX": "audit/test_record_routes.py::test_words_in_more_places_than_are_shown_say_so",
    "audit.log.SEARCHED_MAX": "audit/test_long_history.py::test_a_filtered_log_of_a_long_history_looks_through_a_bounded_part",
    "claims.article_page.PARAGRAPHS": "claims/test_article_pages.py::test_page_of_a_huge_text_shows_some_paragraphs",
    "claims.article_page.MARGIN": "claims/test_article_pages.py::test_margin_names_some_of_many_claims_of_a_paragraph",
    "claims.forms.common.PEOPLE_MOST": "claims/test_long_lists.py::test_owner_select_holds_the_first_and_finds_others_by_name",
    "claims.queries.article_claims.SIZE": "claims/test_article_pages.py::test_all_claims_of_an_article_are_listed_page_by_page",
    "claims.queries.article_claims.COUNTED_BY_STATE": "claims/test_article_pages.py::test_counting_states_stops_at_its_limit",
    "claims.queries.article_claims.PLACED_MAX": "claims/test_long_lists.py::test_claims_that_are_not_marked_in_a_text_are_named",
    "claims.queries.choices.MOST": "claims/test_long_lists.py::test_speaker_beyond_the_list_is_chosen_by_name",
    "claims.queries.choices.RECENT": "claims/test_long_lists.py::test_page_that_asks_for_the_article_names_its_cap",
    "claims.queries.claim_list.ASKED_MAX": "claims/test_long_lists.py::test_search_for_more_than_is_looked_at_names_its_cap",
    "claims.queries.claim_list.SIZE": "claims/search/test_matching.py::test_the_newest_come_first_page_by_page",
    "claims.queries.name_lists.OFFERED": "claims/test_long_lists.py::test_filter_of_the_queue_names_its_cap",
    "claims.queries.name_lists.SIZE": "claims/test_people.py::test_claims_of_a_topic_come_newest_first_and_in_pages",
    "claims.queries.queue.COUNTED": "claims/test_queue.py::test_counts_stop_at_a_thousand",
    "claims.queries.queue.SHOWN": "claims/test_queue.py::test_pages_of_a_group_follow_each_other_without_gap_or_repeat",
    "claims.queries.queue.FIRST": "claims/test_queue_pages.py::test_a_long_group_is_cut_and_turned_page_by_page",
    "claims.queries.queue.PREVIEW": "claims/test_queue_pages.py::test_a_long_group_is_cut_and_turned_page_by_page",
    "claims.queries.signed.SIZE": "claims/test_signed.py::test_signed_claims_are_turned_page_by_page_each_once",
    "claims.queries.topics.SIZE": "claims/test_people.py::test_ten_thousand_topics_are_listed_by_page",
    "claims.queries.topics.COUNTED": "claims/test_people_pages.py::test_counts_beyond_what_is_counted_say_so",
    "claims.queries.unquoted_claims.SIZE": "claims/test_attach_quotes.py::test_claims_beyond_the_list_are_named_and_follow",
    "claims.queries.unquoted_claims.LONGEST": "claims/test_attach_quotes.py::test_text_too_long_for_proposals_is_named",
    "claims.routes.bulk_actions.MOST": "claims/test_bulk_routes.py::test_all_of_a_group_is_counted_before_anything_is_done",
    "claims.routes.bulk_actions.REPORTED": "claims/test_caps.py::test_claims_that_were_left_are_named_up_to_a_number_and_counted",
    "claims.routes.claim_view.LIST_SHOWN": "claims/test_claim_page_limits.py::test_older_evidence_is_read_page_by_page",
    "claims.routes.claim_view.HISTORY_SHOWN": (
        "claims/test_claim_page_limits.py::test_claim_page_shows_a_bounded_part_of_long_lists"
    ),
    "claims.routes.pages.HISTORY_PAGE": "claims/test_claim_page_limits.py::test_history_of_a_claim_is_read_page_by_page",
    "claims.routes.quote_selection.SENTENCES": "claims/test_long_lists.py::test_sentences_beyond_the_list_are_pasted",
    "claims.routes.quote_selection.MANY": "claims/test_long_lists.py::test_places_beyond_the_list_are_named",
    "claims.routes.saved_views.SHOWN": "claims/test_bulk_routes.py::test_all_of_a_group_is_counted_before_anything_is_done",
    "claims.queries.quotes.PLACES_MAX": "claims/test_caps.py::test_of_many_places_of_a_quote_the_nearest_are_compared",
    "claims.queries.reading_options.SPEAKERS_MAX": "intake/test_caps.py::test_names_beyond_those_recognised_are_the_oldest",
    "claims.queries.reading_options.EXAMPLES_MAX": "intake/test_caps.py::test_names_beyond_those_recognised_are_the_oldest",
    "exports.routes.SELECTION_MAX": "claims/test_caps.py::test_selection_of_one_too_many_is_not_exported",
    "exports.workbook.SHEET_ROWS": "exports/test_tables.py",
    "feeds.queries.UPCOMING_MAX": "feeds/test_feeds.py::test_calendar_counts_omitted_upcoming_reviews",
    "feeds.queries.OVERDUE_LISTED": "feeds/test_feeds.py::test_many_overdue_reviews_never_displace_upcoming_ones",
    "imports.job_store.RECENT": "imports/test_caps.py::test_imports_beyond_the_list_are_named",
    "imports.limits.BAD_ROWS": "imports/test_caps.py::test_bad_rows_beyond_those_kept_are_counted",
    "imports.presentation._SHOWN_LINES": "imports/test_caps.py::test_differing_rows_beyond_those_printed_are_counted",
    "imports.readers.objects._LEFT_OUT_MAX": "imports/test_caps.py::test_nested_keys_beyond_those_named_are_marked_as_more",
    "imports.readers.sheet_xml._MERGED_MAX": "imports/test_foreign_files.py::test_sheet_with_too_many_merged_cells_is_refused",
    "imports.readers.sheet_xml.HIDDEN_MAX": (
        "imports/test_foreign_files.py::test_many_hidden_rows_are_named_with_a_sign_that_there_are_more"
    ),
    "imports.stats.GROUPS": "imports/test_caps.py::test_problems_beyond_the_groups_are_named",
    "imports.stats.LISTED": "imports/test_caps.py::test_differing_rows_beyond_the_list_are_counted",
    "imports.stats.LINES": "imports/test_caps.py::test_lines_beyond_those_of_a_problem_are_marked_as_more",
    "imports.storing.batch_writer.PREVIEWED": "imports/test_caps.py::test_preview_holds_the_first_claims_and_the_count_all",
    "intake.headlines.HEADLINE_MAX": "intake/test_headlines.py::test_first_line_is_a_headline_where_it_reads_like_one",
    "intake.likely.AT_ONCE": "intake/test_caps.py::test_keeping_all_comes_to_likely_passages_behind_those_that_are_left",
    "intake.likely.COMPARED_MOST": "intake/test_caps.py::test_passages_beyond_those_compared_are_named",
    "intake.queries.SPEAKERS_OFFERED": "intake/test_caps.py::test_speaker_beyond_the_offered_names_is_typed",
    "intake.queries.UNSORTED_MOST": "intake/test_caps.py::test_articles_to_sort_beyond_the_list_are_named",
    "ledger.queries.PAGE": "audit/test_long_history.py::test_the_pages_of_a_long_history_stay_short",
    "newsroom.hedge_table.LINES_MAX": "newsroom/test_caps.py::test_hedge_line_beyond_the_last_is_refused",
    "newsroom.settings.HOLIDAYS_MOST": "newsroom/test_caps.py::test_holidays_are_kept_up_to_a_number",
    "notifications.in_app.SHOWN": "notifications/test_in_app.py::test_reminders_beyond_the_page_are_named",
    "notifications.in_app.COUNTED": "notifications/test_in_app.py::test_bell_counts_at_most_99_of_a_kind",
    "notifications.producers.requests.MOST": (
        "notifications/test_reminders.py::test_requests_beyond_the_first_are_sent_although_others_want_none"
    ),
    "overview.queries.LATEST": "overview/test_routes.py::test_verdicts_and_articles_beyond_the_tenth_have_lists_of_their_own",
    "overview.queries.BUSIEST": "overview/test_routes.py::test_verdicts_and_articles_beyond_the_tenth_have_lists_of_their_own",
    "overview.queries.DELAYS": "overview/test_routes.py::test_delays_beyond_the_newest_are_named",
    "public.article_queries.CHANGES_SHOWN": "public/test_article_pages.py::test_changes_beyond_the_list_are_named",
    "public.routes.pages.Q_MAX": "public/test_pages.py::test_search_for_more_than_is_looked_at_is_named",
    "publishing.reports.OPEN_SHOWN": "public/test_reports.py::test_reports_beyond_the_page_are_counted",
    "publishing.reports.CLOSED_SHOWN": "public/test_reports.py::test_closed_reports_beyond_the_list_are_named",
    "scores.commands.SHOWN": "scores/test_commands.py::test_verify_names_that_there_are_more_differences",
    "search.names.WORDS_MAX": "claims/test_long_lists.py::test_search_for_more_than_is_looked_at_names_its_cap",
    "search.names.LENGTH_MAX": "claims/test_long_lists.py::test_search_for_more_than_is_looked_at_names_its_cap",
    "suggest.reading.LONGEST": "intake/test_caps.py::test_text_longer_than_what_is_read_is_named",
    "suggest.reading._MOST_SENTENCES": "intake/test_caps.py::test_text_of_more_sentences_than_are_read_is_cut",
    "web.forms.choices.ALIKE_SHOWN": "claims/test_caps.py::test_names_alike_beyond_those_listed_are_counted",
    "webhooks.routes.DELIVERIES_SHOWN": "webhooks/test_publication.py::test_deliveries_beyond_the_list_are_named",
    "webhooks.services.HOOKS_MOST": "webhooks/test_webhooks.py::test_editors_and_viewers_add_none_and_admins_do",
    "claims.services.saved_views.VIEWS_MAX": "claims/test_caps.py::test_view_beyond_the_last_is_refused",
    "claims.services.quoting.MOST": "claims/test_caps.py::test_claim_is_split_into_so_many_and_no_more",
    "articles.queries.SIZE": "articles/test_queries.py",
    "claims.queries.article_claims.OTHERS": "claims/test_long_lists.py::test_claims_of_other_texts_beyond_the_list_are_named",
    "claims.queries.article_claims.COUNTED": "articles/test_pages.py",
    "claims.queries.outdated_quotes.SIZE": "claims/test_quote_selection.py",
    "claims.queries.speakers.COUNTED": "claims/test_people_pages.py::test_counts_beyond_what_is_counted_say_so",
    "notifications.digests.SHOWN": "notifications/test_digest.py::test_of_many_claims_fifty_are_named",
    "public.queries.PAGE": "public/test_pages.py::test_claims_beyond_the_page_are_on_the_next",
    "public.article_queries.PAGE": "public/test_article_pages.py::test_pages_of_an_article_hold_every_claim_once",
    "public.scorecards.LISTED": "public/test_scorecards.py::test_cards_beyond_the_list_are_in_the_file",
    "scores.queries.GROUPS_MAX": "scores/test_routes.py::test_groups_beyond_the_page_are_on_the_next",
    "accounts.tokens.TOKENS_MAX": "accounts/test_tokens.py::test_owner_has_a_bounded_number_of_working_tokens",
    "intake.language_model.CALLS_MAX": "intake/test_language_model.py::test_long_article_is_asked_a_bounded_number_of_times",
}
# What is longer or larger is refused with the number, and what was typed is kept: test_bounds.py and web/test_every_bound.py.
REFUSED: Final = """
accounts.oidc.BYTES_MAX accounts.passwords.LONGEST accounts.passwords.BYTES_MAX accounts.people.NAME_MAX accounts.tokens.NAME_MAX
accounts.desks.DESKS_MAX accounts.tokens.DAYS_MAX accounts.passkeys.NAME_MAX accounts.passkeys.PASSKEYS_MAX
accounts.webauthn.ID_BYTES_MAX accounts.forms.PASSKEY_ANSWER_MAX api.filters.QUERY_MAX api.operations.BODY_TEXT_MAX
articles.forms.LINE_MAX
articles.services.TEXT_MAX
articles.services.PARAGRAPHS_MAX articles.services.LINE_MAX articles.services.KEY_MAX claims.forms.common.TEXT_MAX
claims.forms.common.LINE_MAX claims.forms.names.ALIASES_MAX claims.routes.quote_selection.QUOTE_MAX
claims.services.common.TEXT_MAX claims.services.common.STATEMENT_MAX claims.services.common.NAME_MAX
claims.services.common.KEY_MAX claims.services.saved_views.NAME_MAX claims.services.saved_views.QUERY_MAX
claims.services.terms.NUMBER_MAX
claims.services.topics.LABEL_MAX claims.services.topics.KEY_MAX config_sources._FILE_MAX imports.columns.cells._LONGEST
imports.columns.mapping.SOURCE_MAX imports.columns.mapping.MOST imports.columns.mapping.DAYS_MOST imports.forms.PASTED_MAX
imports.readers.objects._SIZE_MAX imports.readers.xlsx._PART_MAX intake.extraction.BODY_MAX intake.extractors.PAGES_MAX
intake.extractors.UNPACKED_MAX intake.forms.TEXT_MAX intake.forms.LINE_MAX
intake.forms.LABEL_MAX intake.model_answers.WHY_MAX intake.model_answers._LATEST_YEARS intake.stored_readings.QUOTE_MAX
intake.services.FILE_MAX ledger.redaction.REASON_MAX maintenance.rights._LONGEST
newsroom.hedge_table.WORDS_MAX newsroom.settings.METHOD_MAX public.reports.BODY_MAX public.reports.NAME_MAX
public.routes.reporting.BODY_LIMIT publishing.forms.TIME_MAX publishing.reports.ANSWER_MAX publishing.services.LINE_MAX
scores.routes.HEDGE_MAX urls.URL_MAX validation.LANGUAGE_MAX web.dates.LONGEST web.forms.choices.NAMED_MAX
web.forms.fields.INT_MAX web.forms.text.LINE_MAX web.forms.text.AREA_MAX web.limits.FORM_MAX web.limits.BODY_MAX
web.limits.FIELDS_MAX webhooks.chat_services.URL_MAX webhooks.services.NAME_MAX
"""
# Steps of a work that goes on, what is kept to be quick, parts of a text that lead to the whole, and what no list is cut by.
NOTHING_DROPPED: Final = """
accounts.passwords._LOOKED_AT accounts.second_factor._GROUPS api.cursors._LENGTH_MAX api.etags.KEPT_MOST api.etags.EVENTS_MOST
api.rate_limit._KEPT_MAX articles.duplicates.WORDS_MAX articles.addresses.LONGEST articles.addresses.KEY_MAX
audit.erasing.WORDS_MAX claims.public_form._PARAGRAPHS claims.queries.quotes.SURROUNDING_MAX claims.routes.next_claim.MOST
claims.routes.reading_pane.LONGEST claims.search.matching.GROUPS exports.archive.NO_LIMIT
exports.commands.NO_LIMIT exports.routes.ID_MAX exports.routes.COUNT_MAX exports.workbook.CELL_MAX feeds.atom.TITLE_MAX
feeds.calendar.SUMMARY_MAX imports.columns.profile.SAMPLES imports.columns.profile._EXCERPT imports.columns.rows._EXAMPLES
imports.columns.rows._EXCERPT imports.job_store.NAME_MAX imports.job_store.MAPPING_NAME_MAX imports.limits.WHOLE
imports.limits.AT_ONCE_ROWS imports.limits.AT_ONCE_BYTES imports.readers.objects._EXCERPT imports.readers.sheet_xml.SHEET_ROWS
imports.readers.table.NAME_MAX imports.readers.table.HEADER_ROWS imports.storing.lookups._MANY
intake.language_model.ANSWERS_KEPT intake.model_answers.SENTENCES_A_CALL intake.routes.sorting_page.NEXT_SHOWN
intake.extractors.LINE_MAX intake.filling.HORIZON_MOST intake.services.NAME_MAX scores.models.HEDGE_MAX
intake.similar.OWN_MOST intake.similar._NEWEST ledger.findings.MOST ledger.verify.WHOLE_MAX ledger.texts._INTEGER_MOST
net.fetching._RETRY_MAX net.http.ANSWER_MAX net.http.SHOWN_MAX notifications.channels.email.FEW
notifications.channels.email.TOGETHER_MOST notifications.channels.mime.SUBJECT_MAX notifications.digests.COUNTED
notifications.outbox.DETAIL_MAX notifications.planning.LOOKED_AT_AGAIN overview.charts._BAR_MAX overview.charts.SHAPES_MAX
pagination.ID_MAX public.card._MARGIN public.claim_review.REVIEWED_MAX public.feeds.TITLE_MAX publishing.commands.SHOWN
scores.plots._BAR_MARGIN scores.routes.CARDS_KEPT search.folding.WORD_MAX search.name_keys.KEY_MAX server.health.MOST
server.server._M_ARENA_MAX suggest.cues._MATCHES suggest.reading._SHOWN suggest.sentences.CAP suggest.speakers._NAME_MAX
suggest.statements.LONGEST ledger.queries._FEW
suggest.times._LIMIT suggest.topics._MOST suggest.topics._NEAREST web.compression._PADDING_MAX web.proxies._HOPS_MOST
webhooks.payloads.STATEMENT_MAX
"""


def _numbers() -> Iterator[str]:
    """The whole numbers of modules whose names are those of a cut or a bound."""
    for path in sorted(TRACKER.rglob("*.py")):
        module = ".".join(path.relative_to(TRACKER).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            for target in targets:
                if isinstance(target, ast.Name) and NAME.search(target.id) and _is_number(getattr(node, "value", None)):
                    yield f"{module}.{target.id}"


def _is_number(value: ast.expr | None) -> bool:
    if isinstance(value, ast.BinOp):
        return _is_number(value.left) and _is_number(value.right)
    if isinstance(value, ast.UnaryOp):
        return _is_number(value.operand)
    return (isinstance(value, ast.Constant) and type(value.value) is int) or (isinstance(value, ast.Name) and value.id == "MB")


def test_every_number_that_cuts_or_bounds_is_known():
    known, there = {*LISTS, *REFUSED.split(), *NOTHING_DROPPED.split()}, set(_numbers())
    assert there - known == set(), "say in this file what shows that nothing is dropped without a word"
    assert known - there == set(), "these are gone"


def test_every_cut_list_has_its_test():
    missing = []
    for name, where in LISTS.items():
        file, _, test = where.partition("::")
        path = Path(__file__).parent / file
        if not path.exists() or (f"def {test}(" if test else f'"{name.rpartition(".")[2]}"') not in path.read_text():
            missing.append(f"{name}: {where}")
    assert missing == []
