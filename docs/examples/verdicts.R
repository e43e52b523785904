# Read all signed verdicts into a data frame. Needs httr2, TRACKER_URL and TRACKER_TOKEN.
library(httr2)

base <- Sys.getenv("TRACKER_URL")
path <- "/api/v1/verdicts?limit=200"
rows <- list()
while (!is.null(path)) {
  page <- request(paste0(base, path)) |>
    req_auth_bearer_token(Sys.getenv("TRACKER_TOKEN")) |>
    req_perform() |>
    resp_body_json()
  rows <- c(rows, page$items)
  path <- page[["next"]]
}
# What is not known is null in an answer, and NA here.
pick <- function(name) sapply(rows, function(row) if (is.null(row[[name]])) NA else as.character(row[[name]]))
columns <- c("claim_id", "statement", "speaker", "verdict", "signed_at")
verdicts <- as.data.frame(setNames(lapply(columns, pick), columns))
print(table(verdicts$verdict))
