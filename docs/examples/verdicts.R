# Read all signed verdicts into a data frame. Needs httr2, TRACKER_URL and TRACKER_TOKEN. Not run by our tests.
library(httr2)

base <- Sys.getenv("TRACKER_URL")
path <- "/api/v1/verdicts?limit=200"
columns <- c("claim_id", "statement", "speaker", "verdict", "signed_at")
verdicts <- data.frame()
while (!is.null(path)) {
  page <- request(paste0(base, path)) |>
    req_auth_bearer_token(Sys.getenv("TRACKER_TOKEN")) |>
    req_perform() |>
    resp_body_json()
  for (row in page$items) {
    values <- lapply(row[columns], function(value) if (is.null(value)) NA else value)
    verdicts <- rbind(verdicts, as.data.frame(setNames(values, columns)))
  }
  path <- page[["next"]]
}
print(table(verdicts$verdict))
